"""PATCH /api/v1/shipping-methods/{shipping_method_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.update_shipping_method import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, cold, everything, method_body, post, quoted
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, tag

PATH = "/api/v1/shipping-methods"
ANY = {"if-match": "*"}
DEARER = {"rates": [{"currency": "EUR", "amount": 599, "steps": [], "free_from": 9900}]}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/shipping-methods", method_body(), manager)


def patch(api: Api, token: str, made: Any, body: Any, **options: Any) -> Reply:
    return api.patch(f"{PATH}/{made['id']}", json=body, token=token, **{"headers": ANY, **options})


@pytest.mark.parametrize(
    ("body", "shipping"),
    [({"name": "Post"}, 499), (DEARER, 599), ({"countries": ["FR"]}, None), ({"active": False}, None)],
)
def test_what_is_named_changes_for_the_next_basket_and_the_rest_stays(
    api: Api, manager: str, made: Any, body: dict[str, Any], shipping: int | None
) -> None:
    reply = patch(api, manager, made, body, headers=tag(1))
    assert reply.status == 200, reply.body
    assert reply.data == made | body | {"version": 2, "updated_at": reply.data["updated_at"]}
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == reply.data
    found = quoted(basket(1000, country="DE", shipping_method_id=made["id"])).shipping
    assert (found and found.amount) == shipping
    assert announced(made["id"])[1:] == [(2, "shipping_method.updated")]


@pytest.mark.parametrize("body", [{}, {"name": "Parcel"}, {"countries": []}, method_body()])
def test_what_changes_nothing_writes_nothing(api: Api, manager: str, made: Any, body: dict[str, Any]) -> None:
    before = everything()
    assert patch(api, manager, made, body).data == made
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"countries": ["D"]}, "countries.0"),
        ({"rates": []}, "rates"),
        ({"rates": [{"currency": "EUR"}]}, "rates.0"),
        ({"rates": [{"currency": "EUR", "amount": -1}]}, "rates.0.amount"),
        ({"active": None}, "active"),
        ({"archived_at": None}, "archived_at"),
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


def test_what_is_archived_or_not_there_cannot_be_changed(api: Api, manager: str, made: Any) -> None:
    refused(patch(api, manager, {"id": "shp_x"}, {"name": "x"}), 404, "NOT_FOUND")
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
    calls = cold(api, manager, lambda: patch(api, manager, made, DEARER, key="once"))
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
