"""GET /payments/{payment_id}: to whoever may see its order."""

from __future__ import annotations

import pytest

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from utils.declarations import Function, Loaded

MISSING = "/api/v1/payments/pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"


def test_owner_guest_and_staff_see_it(api: Api, cloud: Shop) -> None:
    ada, support = people.customer(api), people.staff(api, "support")
    shopping.shelve("MUG-1", price=1250)
    for order in (shopping.buy(api, "MUG-1"), shopping.buy(api, "MUG-1", token=ada.token)):
        cloud.pumps.drain()
        path = f"/api/v1/payments/{order.data['payment']['id']}"
        own = api.get(path, **order.credentials)
        assert (own.status, own.data["status"], own.data["captured"]) == (200, "captured", 1250)
        assert own.data == shopping.look(api, order)["payment"]
        assert api.get(path, token=support.token).data == own.data
        assert b"tok_success" not in own.body


def test_an_earlier_attempt_is_kept(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1", payment_token="tok_declined")
    cloud.pumps.drain()
    shopping.pay_again(api, order, "tok_success")
    cloud.pumps.drain()
    first = api.get(f"/api/v1/payments/{order.data['payment']['id']}", **order.credentials)
    assert (first.data["status"], first.data["failure_code"]) == ("failed", "card_declined")


def test_somebody_else_s_is_a_missing_one(api: Api) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    eve = people.customer(api)
    for stranger in ({"token": eve.token}, {"order_token": "v1.x"}, {}):
        theirs = api.get(f"/api/v1/payments/{order.data['payment']['id']}", **stranger)
        none = api.get(MISSING, **stranger)
        assert (theirs.status, theirs.codes) == (404, ["NOT_FOUND"])
        assert theirs.json["errors"] == none.json["errors"]


@pytest.mark.parametrize("payment_id", ["nonsense", "pay_1", "pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_x", "ord_1", "META"])
def test_what_is_no_payment_s_id_is_a_missing_one(api: Api, payment_id: str) -> None:
    support = people.staff(api, "support")
    reply = api.get(f"/api/v1/payments/{payment_id}", token=support.token)
    assert reply.status == 404
    assert reply.json["errors"] == api.get(MISSING, token=support.token).json["errors"]


def test_it_is_one_call_and_its_policy_is_exact(api: Api, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1")
    order = shopping.buy(api, "MUG-1")
    with record() as calls:
        assert api.get(f"/api/v1/payments/{order.data['payment']['id']}", **order.credentials).status == 200
    assert [call.operation for call in calls] == ["BatchGetItem"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "get_payment")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
