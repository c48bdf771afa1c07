"""PATCH /api/v1/promotions/{promotion_id}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.pricing.update_promotion import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, check_out, cold, everything, post, promotion_body, quoted
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, tag
from utils.errors import InvalidState

PATH = "/api/v1/promotions"
ANY = {"if-match": "*"}
EUR = [{"amount": 500, "currency": "EUR"}]
BOUNDED = {"starts_at": "2026-01-01T00:00:00.000Z", "ends_at": "2099-01-01T00:00:00.000Z"}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/promotions", promotion_body(**BOUNDED), manager)


def patch(api: Api, token: str, made: Any, body: Any, **options: Any) -> Reply:
    return api.patch(f"{PATH}/{made['id']}", json=body, token=token, **{"headers": ANY, **options})


@pytest.mark.parametrize(
    ("body", "fields", "saved"),
    [
        ({"name": "New"}, ["name"], 100),
        ({"basis_points": 2000}, ["basis_points"], 200),
        ({"active": False}, ["active"], 0),
        ({"minimum_subtotals": [{"amount": 1001, "currency": "EUR"}]}, ["minimum_subtotals"], 0),
        ({"starts_at": "2098-12-31T00:00:00.000Z"}, ["starts_at"], 0),
        ({"ends_at": "2026-01-02T00:00:00.000Z"}, ["ends_at"], 0),
        ({"starts_at": None, "ends_at": None}, ["ends_at", "starts_at"], 100),
        ({"max_uses": 7}, ["max_uses"], 100),
    ],
)
def test_what_is_named_changes_for_the_next_basket_and_the_rest_stays(
    api: Api, manager: str, made: Any, body: dict[str, Any], fields: list[str], saved: int
) -> None:
    reply = patch(api, manager, made, body, headers=tag(1))
    assert reply.status == 200, reply.body
    used = 0 if "max_uses" in body else None
    assert reply.data == made | body | {"version": 2, "used": used, "updated_at": reply.data["updated_at"]}
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == reply.data
    assert quoted(basket(1000, codes=("SAVE10",))).totals["discount"] == saved
    assert announced(made["id"])[1:] == [(2, "promotion.updated")]


def test_an_amount_can_be_changed(api: Api, manager: str) -> None:
    body = promotion_body(kind="amount", basis_points=None, amounts=EUR)
    made = post(api, "/promotions", body, manager)
    assert patch(api, manager, made, {"amounts": [{"amount": 7, "currency": "EUR"}]}).status == 200
    assert quoted(basket(1000, codes=("SAVE10",))).totals["discount"] == 7


def test_a_cap_that_is_set_holds_from_then_on_and_can_be_raised_and_taken_away(
    api: Api, manager: str, made: Any
) -> None:
    code = basket(1000, codes=("SAVE10",))
    check_out(quoted(code))
    assert patch(api, manager, made, {"max_uses": 1}).data["used"] == 0
    check_out(quoted(code))
    with pytest.raises(InvalidState) as used_up:
        check_out(quoted(code))
    assert used_up.value.entries[0].detail == "promotion_used_up: SAVE10"
    assert patch(api, manager, made, {"max_uses": 2}).data["used"] == 1
    check_out(quoted(code))
    assert patch(api, manager, made, {"max_uses": 1}).data["used"] == 2
    with pytest.raises(InvalidState):
        check_out(quoted(code))
    before = quoted(code)
    assert patch(api, manager, made, {"max_uses": None}).data["used"] is None
    check_out(quoted(code))
    # Whoever read the promotion when there was a cap is told to read again.
    with pytest.raises(InvalidState):
        check_out(before)


@pytest.mark.parametrize("body", [{}, {"basis_points": 1000}, {"active": True}, {"max_uses": None}, dict(BOUNDED)])
def test_what_changes_nothing_writes_nothing(api: Api, manager: str, made: Any, body: dict[str, Any]) -> None:
    before = everything()
    assert patch(api, manager, made, body).data == made
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "OTHER"}, "code"),
        ({"kind": "amount"}, "kind"),
        ({"used": 0}, "used"),
        ({"archived_at": None}, "archived_at"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"active": "yes"}, "active"),
        ({"basis_points": None}, "basis_points"),
        ({"basis_points": 0}, "basis_points"),
        ({"amounts": EUR}, "amounts"),
        ({"amounts": None}, "amounts"),
        ({"minimum_subtotals": EUR * 2}, "minimum_subtotals"),
        ({"max_uses": -1}, "max_uses"),
        ({"starts_at": "2099-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "2025-12-31T23:59:59Z"}, "ends_at"),
        ({"ends_at": "soon"}, "ends_at"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    api: Api, manager: str, made: Any, body: dict[str, Any], field: str
) -> None:
    before = everything()
    refused(patch(api, manager, made, body), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: str, made: Any) -> None:
    refused(patch(api, manager, made, {"name": "x"}, headers={}), 428, "VERSION_REQUIRED")
    refused(patch(api, manager, made, {"name": "x"}, headers=tag(2)), 412, "STALE_VERSION")


def test_of_two_who_saw_one_version_one_changes_it(api: Api, manager: str, made: Any) -> None:
    def change(points: int) -> int:
        return patch(api, manager, made, {"basis_points": points}, headers=tag(1)).status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, (1500, 2500))) == [200, 412]
    shown = api.get(f"{PATH}/{made['id']}", token=manager).data
    assert quoted(basket(1000, codes=("SAVE10",))).totals["discount"] * 10 == shown["basis_points"]


def test_what_is_archived_or_not_there_cannot_be_changed(api: Api, manager: str, made: Any) -> None:
    refused(patch(api, manager, {"id": "prm_x"}, {"name": "x"}), 404, "NOT_FOUND")
    assert api.delete(f"{PATH}/{made['id']}", token=manager, headers=ANY).status == 204
    refused(patch(api, manager, made, {"active": True}), 409, "INVALID_STATE")


def test_only_staff_with_the_permission_may(api: Api, manager: str, made: Any) -> None:
    assert api.patch(f"{PATH}/{made['id']}", json={}).status == 401
    for roles in ((), ("support",)):
        refused(patch(api, session(*roles), made, {"name": "x"}), 403, "FORBIDDEN")
    end_sessions()
    refused(patch(api, manager, made, {"name": "x"}), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer(api: Api, manager: str, made: Any) -> None:
    first, again = (patch(api, manager, made, {"name": "x"}, headers=tag(1), key="once") for _ in range(2))
    assert (first.status, again.body) == (200, first.body)


def test_calls_and_policy(api: Api, manager: str, made: Any) -> None:
    body = {"max_uses": 3, "basis_points": 500}
    calls = cold(api, manager, lambda: patch(api, manager, made, body, key="once"))
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
