"""GET /refunds/{refund_id}: to staff, and to whoever may see its order."""

from __future__ import annotations

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.shopkeeping import refused, session
from Test_py.support.shopping import Placed
from utils.declarations import Function, Loaded

MISSING = "/api/v1/refunds/ref_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"


def refunded(api: Api, cloud: Shop, token: str | None = None) -> tuple[Placed, str]:
    """Return an order, somebody's or a guest's, and the path of its refund."""
    shopping.shelve("MUG-1", price=1250)
    order = shopping.buy(api, "MUG-1", token=token)
    cloud.pumps.drain()
    path = f"/api/v1/payments/{order.data['payment']['id']}/refunds"
    asked = api.post(path, json={"amount": 300, "reason": "A scratch"}, token=session("manager"), key="refund")
    assert asked.status == 202, asked.body
    return order, f"/api/v1/refunds/{asked.data['id']}"


def test_whose_it_is_and_staff_see_it(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order, path = refunded(api, cloud, ada.token)
    pending = api.get(path, token=ada.token)
    assert (pending.status, pending.data["status"], pending.data["payment_id"]) == (
        200,
        "pending",
        order.data["payment"]["id"],
    )
    cloud.pumps.drain()
    for token in (ada.token, session("support"), session("manager")):
        seen = api.get(path, token=token)
        assert (seen.status, seen.data["status"], seen.data["reason"]) == (200, "succeeded", "A scratch")
        assert seen.data["amount"] == {"amount": 300, "currency": "EUR"}
        assert "requested_by" not in seen.data


def test_a_guest_shows_the_order_s_token(api: Api, cloud: Shop) -> None:
    order, path = refunded(api, cloud)
    assert api.get(path, **order.credentials).status == 200


def test_somebody_else_s_is_a_missing_one(api: Api, cloud: Shop) -> None:
    eve = people.customer(api)
    order, path = refunded(api, cloud)
    for credentials in ({"token": eve.token}, {"order_token": "0" * 43}, {}):
        theirs, none = api.get(path, **credentials), api.get(MISSING, **credentials)
        assert theirs.status == none.status
        assert theirs.json["errors"] == none.json["errors"]
    refused(api.get(path, token=eve.token), 404, "NOT_FOUND")
    other = path.replace(path[-3:], "_99")
    refused(api.get(other, **order.credentials), 404, "NOT_FOUND")


def test_bad_input(api: Api) -> None:
    staff = session("support")
    for name in (
        "nonsense",
        "ref_1",
        "ref_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_0",
        "pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1",
        "x" * 900,
    ):
        refused(api.get(f"/api/v1/refunds/{name}", token=staff), 404, "NOT_FOUND")
    refused(api.get(f"{MISSING}?expand=all", token=staff), 400, "VALIDATION_ERROR", "expand")


def test_it_is_one_call_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, path = refunded(api, cloud)
    with record() as calls:
        assert api.get(path, **order.credentials).status == 200
    assert [call.operation for call in calls] == ["BatchGetItem"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "get_refund")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}
