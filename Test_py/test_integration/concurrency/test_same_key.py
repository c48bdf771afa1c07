"""One key, however often and at once: one effect, and the same bytes for everybody."""

from __future__ import annotations

from collections import Counter

from Test_py.reliability.invariants import check
from Test_py.support import shopping
from Test_py.support.client import Api, Reply
from Test_py.support.crowd import together

CALLS = 1000


def test_1000_calls_with_one_key_are_one_order(api: Api) -> None:
    shopping.shelve(units=5)
    basket = shopping.fill_cart(api, "MUG-1")

    def order() -> Reply:
        return shopping.place(api, basket, key="the only one")

    replies = together([order] * CALLS, threads=32)
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert Counter(reply.headers.get("idempotent-replayed") for reply in replies) == {None: 1, "true": CALLS - 1}
    assert shopping.stock("MUG-1") == (5, 4, 1)
    assert len(check(settled=False).orders) == 1


def test_one_key_for_two_requests_serves_one_of_them(api: Api) -> None:
    shopping.shelve(units=5)
    basket = shopping.fill_cart(api, "MUG-1")
    bodies = [shopping.order_body(basket, token) for token in ("tok_success", "tok_late")]

    def order(number: int) -> Reply:
        return api.post(shopping.ORDERS, json=bodies[number % 2], key="twice", **basket.credentials)

    replies = together([lambda number=number: order(number) for number in range(40)], threads=16)  # type: ignore[misc]
    statuses = Counter(reply.status for reply in replies)
    assert statuses == {201: 20, 422: 20}
    assert {code for reply in replies if reply.status == 422 for code in reply.codes} == {"IDEMPOTENCY_KEY_REUSED"}
    assert len({reply.body for reply in replies if reply.status == 201}) == 1
    assert shopping.stock("MUG-1") == (5, 4, 1)
