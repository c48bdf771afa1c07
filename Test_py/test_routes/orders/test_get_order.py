"""GET /orders/{order_id}: to whom it belongs, and to staff."""

from __future__ import annotations

from infra.local.recorder import granted, record
from pushcart.orders.models import ContactItem
from Test_py.support import people, shopping
from Test_py.support.client import Api
from utils.declarations import Function, Loaded
from utils.transaction import Transaction

MISSING = "/api/v1/orders/ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"


def test_a_guest_sees_the_order_with_its_token(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    seen = shopping.look(api, order)
    assert seen == order.data | {"order_token": None}


def test_a_customer_sees_their_own(api: Api) -> None:
    ada = people.customer(api)
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", token=ada.token)
    assert shopping.look(api, order) == order.data


def test_staff_sees_everybody_s(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    support = people.staff(api, "support")
    assert api.get(order.path, token=support.token).data["email"] == shopping.EMAIL


def test_somebody_else_s_is_a_missing_one_byte_for_byte(api: Api) -> None:
    ada, eve = people.customer(api), people.customer(api)
    shopping.shelve("MUG-1")
    guests, adas = shopping.buy(api, "MUG-1"), shopping.buy(api, "MUG-1", token=ada.token)
    for order in (guests, adas):
        for stranger in (
            {"token": eve.token},
            {"order_token": "v1.nonsense"},
            {"order_token": shopping.buy(api, "MUG-1").credentials["order_token"]},
            {"cart_token": "v1.nonsense"},
            {},
        ):
            theirs, none = api.get(order.path, **stranger), api.get(MISSING, **stranger)
            assert (theirs.status, theirs.codes) == (404, ["NOT_FOUND"])
            assert theirs.json["errors"] == none.json["errors"]
            assert theirs.headers.keys() == none.headers.keys()


def test_an_order_outlives_the_person_on_it(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    tx = Transaction()
    tx.remove(ContactItem.key_of(order.id))
    tx.commit()
    seen = shopping.look(api, order)
    assert (seen["email"], seen["shipping_address"], seen["number"]) == ("", None, order.data["number"])


def test_unknown_parameters_and_bad_tokens_are_refused(api: Api) -> None:
    assert api.get(MISSING, query={"expand": "payments"}).codes == ["VALIDATION_ERROR"]
    assert api.get(MISSING, token="nonsense").codes == ["UNAUTHENTICATED"]
    assert api.get("/api/v1/orders/%20", order_token="v1.x").status == 404


def test_it_is_one_call_and_its_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    with record() as calls:
        shopping.look(api, order)
    assert [call.operation for call in calls] == ["BatchGetItem"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "get_order")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
