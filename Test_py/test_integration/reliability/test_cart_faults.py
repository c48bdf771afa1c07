"""Carts under crashes, lost answers and every order of calls: a merge happens once, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.local.gateway import Gateway
from Test_py.reliability.flows import persistently
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import Fault, call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support import environment, shopping
from Test_py.support.carts import Shopper, customer, guest
from Test_py.support.client import Api, Reply
from utils import sealing
from utils.declarations import Loaded

SEEDS = range(15)


def merging(own: Shopper, guests: Shopper, key: str) -> Callable[[], Reply]:
    shown = {**own.credentials, **guests.credentials}
    body = {"cart_id": guests.cart_id}
    return lambda: own.api.post(f"{own.path}/merge", json=body, key=key, **shown)


def held(shopper: Shopper) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in shopper.cart()["items"]}


def two_carts(functions: list[Loaded]) -> tuple[Shopper, Shopper]:
    """Return a customer's cart with a mug in it and a guest's with two more and a pot, in a fresh shop."""
    environment.restore()
    sealing.forget()
    api = Api(Gateway(functions, call=call))
    for sku in ("MUG-1", "POT-1"):
        shopping.shelve(sku, units=9)
    own, guests = customer(api), guest(api)
    own.put("MUG-1", 1)
    guests.put("MUG-1", 2)
    guests.put("POT-1", 1)
    return own, guests


def assert_merged_once(own: Shopper, guests: Shopper) -> None:
    assert held(own) == {"MUG-1": 3, "POT-1": 1}
    assert guests.cart()["status"] == "merged"


def merge_under(fault: Fault, functions: list[Loaded]) -> None:
    own, guests = two_carts(functions)
    with standing(fault):
        reply = persistently(merging(own, guests, "once"))
    assert reply.status == 200, reply.body
    assert_merged_once(own, guests)
    assert merging(own, guests, "once")().data == reply.data


def test_a_crash_or_a_lost_answer_at_any_call_of_a_merge_is_mended_by_trying_again(
    functions: list[Loaded], aws: None
) -> None:
    with swept(all_faults) as sweep:
        merge_under(sweep, functions)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_two_tabs_merge_once(functions: list[Loaded], aws: None, seed: int) -> None:
    own, guests = two_carts(functions)
    replies = interleaved([merging(own, guests, f"tab-{number}") for number in range(3)], seed=seed)
    told = [reply for reply in replies if isinstance(reply, Reply)]
    assert [reply.status for reply in told] == [200] * 3
    assert_merged_once(own, guests)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_merge_and_another_change_lose_nothing(
    functions: list[Loaded], aws: None, seed: int
) -> None:
    own, guests = two_carts(functions)
    interleaved([merging(own, guests, "merge"), lambda: own.add("POT-1", 2), lambda: guests.add("MUG-1", 3)], seed=seed)
    assert guests.cart()["status"] == "merged"
    mugs = guests.cart()["items"][0]["quantity"]
    assert held(own) == {"MUG-1": 1 + mugs, "POT-1": 3}, "what was put in before the merge is merged, after it refused"


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_guest_s_cart_is_ordered_or_merged(
    functions: list[Loaded], aws: None, seed: int
) -> None:
    own, guests = two_carts(functions)
    basket = shopping.Basket(guests.cart_id, guests.credentials["cart_token"])
    replies = interleaved([merging(own, guests, "merge"), lambda: shopping.place(own.api, basket)], seed=seed)
    merged, placed = (reply for reply in replies if isinstance(reply, Reply))
    assert sorted((merged.status, placed.status)) in ([200, 409], [201, 409])
    assert guests.cart()["status"] == ("merged" if merged.status == 200 else "converted")
    sold = {"MUG-1": 2, "POT-1": 1} if placed.status == 201 else {}
    assert held(own) == ({"MUG-1": 1} if sold else {"MUG-1": 3, "POT-1": 1})
