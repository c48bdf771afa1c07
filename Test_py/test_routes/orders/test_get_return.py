"""GET /returns/{return_id}: to the order's customer and to staff."""

from __future__ import annotations

from infra.local.recorder import granted, record
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.parcels import RETURNS, asked_back, paid, shipped, sold_and_sent
from Test_py.support.shopkeeping import refused
from utils.declarations import Function, Loaded


def test_whoever_asked_and_staff_see_it(api: Api, cloud: Shop) -> None:
    order, customer, manager = sold_and_sent(cloud, api)
    asked = asked_back(api, order, "MUG-1")
    seen = api.get(f"{RETURNS}/{asked['id']}", token=customer.token)
    assert (seen.status, seen.data) == (200, asked)
    assert api.get(f"{RETURNS}/{asked['id']}", token=manager.token).data == asked


def test_a_guest_s_is_staff_s_to_see(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    manager = people.staff(api, "support")
    guests = paid(cloud, api, "MUG-1")
    shipped(api, people.staff(api, "manager"), guests)
    asked = asked_back(api, guests, "MUG-1", by=manager)
    assert api.get(f"{RETURNS}/{asked['id']}", token=manager.token).status == 200
    assert api.get(f"{RETURNS}/{asked['id']}", **guests.credentials).status == 401


def test_somebody_else_s_is_a_missing_one(api: Api, cloud: Shop) -> None:
    order, _, manager = sold_and_sent(cloud, api)
    asked = asked_back(api, order, "MUG-1")
    eve = people.customer(api)
    missing = asked["id"].removesuffix("_1") + "_2"
    answers = [
        api.get(f"{RETURNS}/{one}", token=eve.token)
        for one in (asked["id"], missing, "ret_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1", "ret_x", "ful" + asked["id"][3:])
    ]
    for answer in answers:
        refused(answer, 404, "NOT_FOUND")
        assert answer.json["errors"] == answers[0].json["errors"]
    refused(api.get(f"{RETURNS}/{missing}", token=manager.token), 404, "NOT_FOUND")


def test_it_is_one_call_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    order, customer, _ = sold_and_sent(cloud, api)
    asked = asked_back(api, order, "MUG-1")
    with record() as calls:
        api.get(f"{RETURNS}/{asked['id']}", token=customer.token)
    assert [call.operation for call in calls] == ["BatchGetItem"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "get_return")
    assert isinstance(declaration, Function)
    assert calls.touches == granted(declaration)
