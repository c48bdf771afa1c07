"""GET /returns: an order's to its customer; to staff everybody's, an order's, or those in one state."""

from __future__ import annotations

import pytest

from infra.local.recorder import record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.parcels import RETURNS, asked_back, decided, paid, shipped
from Test_py.support.people import Person
from Test_py.support.shopkeeping import NOBODYS_CURSOR, pages, refused
from Test_py.support.shopping import Placed


@pytest.fixture
def sent(api: Api, cloud: Shop) -> tuple[Placed, Placed, Person, Person]:
    """An order with twelve returns and one with one, their customers' first, and a manager."""
    shopping.shelve("MUG-1", units=50)
    ada, manager = people.customer(api), people.staff(api, "manager")
    order, other = paid(cloud, api, "MUG-1", quantity=12, token=ada.token), paid(cloud, api, "MUG-1")
    for one in (order, other):
        shipped(api, manager, one)
    for _ in range(12):
        asked_back(api, order, "MUG-1")
    asked_back(api, other, "MUG-1", by=manager)
    return order, other, ada, manager


def test_a_customer_lists_an_order_s_in_their_order(api: Api, sent: tuple[Placed, Placed, Person, Person]) -> None:
    order, _, ada, _ = sent
    query = {"order_id": order.id, "limit": 5}
    found = [one for page in pages(api, RETURNS, query=query, token=ada.token) for one in page.data]
    assert [int(one["id"].rpartition("_")[2]) for one in found] == list(range(12, 0, -1))
    forth = api.get(RETURNS, query={**query, "sort": "created_at"}, token=ada.token).data
    assert [one["id"].rpartition("_")[2] for one in forth] == ["1", "2", "3", "4", "5"]


def test_a_customer_names_an_order_of_their_own(api: Api, sent: tuple[Placed, Placed, Person, Person]) -> None:
    order, other, ada, _ = sent
    refused(api.get(RETURNS, token=ada.token), 400, "VALIDATION_ERROR", "order_id")
    both = {"order_id": order.id, "status": "requested"}
    refused(api.get(RETURNS, query=both, token=ada.token), 400, "VALIDATION_ERROR", "status")
    theirs = api.get(RETURNS, query={"order_id": other.id}, token=ada.token)
    missing = api.get(RETURNS, query={"order_id": "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"}, token=ada.token)
    refused(theirs, 404, "NOT_FOUND")
    assert theirs.json["errors"] == missing.json["errors"]
    assert api.get(RETURNS, query={"order_id": order.id}).status == 401


def test_staff_lists_all_or_one_state_or_one_order(api: Api, sent: tuple[Placed, Placed, Person, Person]) -> None:
    order, other, _, manager = sent
    everybody = api.get(RETURNS, query={"limit": 100}, token=manager.token).data
    assert len(everybody) == 13
    assert everybody[0]["order_id"] == other.id
    decided(api, manager, everybody[0], "approved", "received")
    assert len(api.get(RETURNS, query={"status": "requested"}, token=manager.token).data) == 12
    (received,) = api.get(RETURNS, query={"status": "received"}, token=manager.token).data
    assert (received["id"], received["status"]) == (everybody[0]["id"], "received")
    assert len(api.get(RETURNS, query={"order_id": order.id}, token=manager.token).data) == 12


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"order_id": "o" * 65}, "order_id"),
        ({"order_id": "ord_1", "status": "requested"}, "status"),
        ({"sort": "amount"}, "sort"),
        ({"limit": "101"}, "limit"),
        ({"customer_id": "usr_1"}, "customer_id"),
    ],
)
def test_filters_without_an_index_are_refused(api: Api, query: dict[str, str], field: str) -> None:
    manager = people.staff(api, "manager")
    refused(api.get(RETURNS, query=query, token=manager.token), 400, "VALIDATION_ERROR", field)


def test_a_cursor_of_nobody_s_is_refused(api: Api) -> None:
    manager = people.staff(api, "manager")
    refused(api.get(RETURNS, query={"cursor": NOBODYS_CURSOR}, token=manager.token), 400, "INVALID_CURSOR")


def test_a_page_is_one_query(api: Api, sent: tuple[Placed, Placed, Person, Person]) -> None:
    order, _, ada, manager = sent
    for query in ({}, {"status": "requested"}, {"order_id": order.id}):
        with record() as calls:
            assert api.get(RETURNS, query=query, token=manager.token).status == 200
        assert [call.operation for call in calls] == ["Query"]
    with record() as calls:
        assert api.get(RETURNS, query={"order_id": order.id}, token=ada.token).status == 200
    assert [call.operation for call in calls] == ["GetItem", "Query"]
