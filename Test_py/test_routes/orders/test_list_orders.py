"""GET /orders: one's own, or everybody's for staff; one Query a page."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.recorder import Touch, granted, record
from pushcart.accounts import service
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.shopping import ORDERS
from utils.declarations import Function, Loaded


def ids(api: Api, token: str, **query: Any) -> list[str]:
    reply = api.get(ORDERS, token=token, query=query)
    assert reply.status == 200, reply.body
    return [order["id"] for order in reply.data]


def test_customers_see_their_own_the_latest_first(api: Api) -> None:
    ada, eve = people.customer(api), people.customer(api)
    shopping.shelve("MUG-1")
    adas = [shopping.buy(api, "MUG-1", token=ada.token).id for _ in range(3)]
    shopping.buy(api, "MUG-1", token=eve.token)
    shopping.buy(api, "MUG-1")
    assert ids(api, ada.token) == adas[::-1]
    assert ids(api, ada.token, sort="placed_at") == adas
    assert ids(api, ada.token, sort="-created_at") == adas[::-1]


def test_staff_sees_everybody_s_and_may_filter(api: Api, cloud: Shop) -> None:
    ada, support = people.customer(api), people.staff(api, "support")
    shopping.shelve("MUG-1")
    adas = shopping.buy(api, "MUG-1", token=ada.token).id
    declined = shopping.buy(api, "MUG-1", payment_token="tok_declined").id
    cloud.pumps.drain()
    assert ids(api, support.token) == [declined, adas]
    assert ids(api, support.token, status="confirmed") == [adas]
    assert ids(api, support.token, status="pending_payment") == [declined]
    assert ids(api, support.token, customer_id=ada.id) == [adas]


def test_nothing_personal_is_in_a_list(api: Api) -> None:
    support = people.staff(api, "support")
    shopping.shelve("MUG-1")
    shopping.buy(api, "MUG-1")
    reply = api.get(ORDERS, token=support.token)
    assert shopping.EMAIL.encode() not in reply.body
    assert {"id", "number", "lines", "totals", "status", "payment", "placed_at"} <= reply.data[0].keys()


def test_a_cursor_of_one_s_own_orders_leads_nowhere_among_everybody_s(api: Api) -> None:
    """Who is hired between two pages goes on in another list, where DynamoDB takes no such key."""
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    for _ in range(2):
        shopping.buy(api, "MUG-1", token=ada.token)
    cursor = api.get(ORDERS, token=ada.token, query={"limit": 1}).meta["next_cursor"]
    service.grant_roles(ada.id, ["support"])
    reply = api.get(ORDERS, token=people.logged_in(api, ada).token, query={"limit": 1, "cursor": cursor})
    assert (reply.status, reply.codes) == (400, ["INVALID_CURSOR"])


def test_pages_join_without_gap_or_repetition(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1", units=9)
    placed = [shopping.buy(api, "MUG-1", token=ada.token).id for _ in range(5)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    for _ in range(3):
        reply = api.get(ORDERS, token=ada.token, query=query)
        seen += [order["id"] for order in reply.data]
        assert reply.meta["limit"] == 2
        query["cursor"] = reply.meta.get("next_cursor")
    assert seen == placed[::-1]
    assert query["cursor"] is None


def test_a_cursor_is_good_for_its_caller_only(api: Api) -> None:
    ada, eve = people.customer(api), people.customer(api)
    shopping.shelve("MUG-1")
    for _ in range(2):
        shopping.buy(api, "MUG-1", token=ada.token)
    cursor = api.get(ORDERS, token=ada.token, query={"limit": 1}).meta["next_cursor"]
    stolen = api.get(ORDERS, token=eve.token, query={"limit": 1, "cursor": cursor})
    assert (stolen.status, stolen.codes) == (400, ["INVALID_CURSOR"])


@pytest.mark.parametrize(
    "query",
    [
        {"status": "confirmed"},
        {"customer_id": "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"},
        {"sort": "total"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"page": 2},
    ],
)
def test_what_no_index_serves_is_refused(api: Api, query: dict[str, Any]) -> None:
    ada = people.customer(api)
    reply = api.get(ORDERS, token=ada.token, query=query)
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert reply.json["errors"][0]["field"] == next(iter(query))


def test_staff_filters_by_one_thing_at_a_time(api: Api) -> None:
    support = people.staff(api, "support")
    both = {"status": "confirmed", "customer_id": "usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"}
    assert api.get(ORDERS, token=support.token, query=both).codes == ["VALIDATION_ERROR"]
    assert api.get(ORDERS, token=support.token, query={"status": "lost"}).codes == ["VALIDATION_ERROR"]


def test_nobody_lists_without_an_account(api: Api) -> None:
    assert api.get(ORDERS).status == 401
    assert api.get(ORDERS, token="nonsense").codes == ["UNAUTHENTICATED"]


def test_each_page_is_one_query_and_the_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    ada, support = people.customer(api), people.staff(api, "support")
    api.get(ORDERS, token=ada.token)
    touched: set[Touch] = set()
    asked = [(ada.token, {}), (support.token, {}), (support.token, {"status": "confirmed"})]
    for token, query in asked:
        with record() as calls:
            assert api.get(ORDERS, token=token, query=query).status == 200
        assert [call.operation for call in calls] == ["Query"]
        touched |= calls.touches
    declaration = next(one.declaration for one in functions if one.declaration.name == "list_orders")
    assert isinstance(declaration, Function)
    assert touched == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
