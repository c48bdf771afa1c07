"""POST /api/v1/shipping-methods"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.create_shipping_method import handler
from pushcart.money import MAX_PRICE
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import basket, cold, everything, method_body, quoted
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session

PATH = "/api/v1/shipping-methods"
STEPS = [{"max_grams": 1000, "amount": 499}, {"max_grams": 5000, "amount": 999}]


def rates(**rate: Any) -> dict[str, Any]:
    return {"rates": [{"currency": "EUR", **rate}]}


def test_a_method_is_made_and_can_be_chosen_at_once(api: Api, manager: str) -> None:
    by_weight = {"currency": "USD", "amount": None, "steps": STEPS, "free_from": 5000}
    flat = {"currency": "EUR", "amount": 0, "steps": [], "free_from": None}
    body = {"name": " Parcel ", "countries": ["DE", "AT", "DE"], "rates": [by_weight, {"currency": "EUR", "amount": 0}]}
    reply = api.post(PATH, json=body, token=manager)
    assert reply.status == 201
    made = reply.data
    assert made == {
        "id": made["id"],
        "name": "Parcel",
        "countries": ["AT", "DE"],
        "rates": [flat, by_weight],
        "active": True,
        "archived_at": None,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "version": 1,
    }
    assert api.get(f"{PATH}/{made['id']}", token=manager).data == made
    chosen = {"shipping_method_id": made["id"], "country": "AT", "currency": "USD"}
    assert quoted(basket(1000, weight_grams=1001, **chosen)).totals["shipping"] == 999
    assert quoted(basket(5000, weight_grams=1001, **chosen)).totals["shipping"] == 0
    assert announced(made["id"]) == [(1, "shipping_method.created")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 1}, "name"),
        ({"countries": ["Germany"]}, "countries.0"),
        ({"countries": ["de"]}, "countries.0"),
        ({"countries": "DE"}, "countries"),
        ({"countries": ["DE"] * 251}, "countries"),
        ({"countries": None}, "countries"),
        ({"rates": []}, "rates"),
        ({"rates": None}, "rates"),
        ({"rates": [{"currency": f"AA{chr(65 + n)}", "amount": 1} for n in range(21)]}, "rates"),
        ({"rates": [{"currency": "EUR", "amount": 1}] * 2}, "rates"),
        ({"rates": [{"currency": "EURO", "amount": 1}]}, "rates.0.currency"),
        ({"rates": [{"amount": 1}]}, "rates.0.currency"),
        (rates(amount=-1), "rates.0.amount"),
        (rates(amount=4.99), "rates.0.amount"),
        (rates(amount="499"), "rates.0.amount"),
        (rates(amount=MAX_PRICE + 1), "rates.0.amount"),
        (rates(), "rates.0"),
        (rates(amount=1, steps=STEPS), "rates.0"),
        (rates(steps=STEPS[::-1]), "rates.0"),
        (rates(steps=STEPS[:1] * 2), "rates.0"),
        (rates(steps=[{"max_grams": 0, "amount": 1}]), "rates.0.steps.0.max_grams"),
        (rates(steps=[{"max_grams": 1, "amount": -1}]), "rates.0.steps.0.amount"),
        (rates(steps=[{"max_grams": 1}]), "rates.0.steps.0.amount"),
        (rates(steps=[{"max_grams": n, "amount": 1} for n in range(1, 22)]), "rates.0.steps"),
        (rates(amount=1, free_from=-1), "rates.0.free_from"),
        (rates(amount=1, tax=1), "rates.0.tax"),
        ({"active": "yes"}, "active"),
        ({"id": "shp_1"}, "id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, fields: dict[str, Any], field: str) -> None:
    refused(api.post(PATH, json=method_body() | fields, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == []


def test_only_staff_with_the_permission_may(api: Api) -> None:
    assert api.post(PATH, json=method_body()).status == 401
    for roles in ((), ("support",)):
        refused(api.post(PATH, json=method_body(), token=session(*roles)), 403, "FORBIDDEN")
    ended = session("manager")
    end_sessions()
    refused(api.post(PATH, json=method_body(), token=ended), 401, "UNAUTHENTICATED")


def test_a_retry_gets_the_same_answer_and_makes_no_second_one(api: Api, manager: str) -> None:
    first, again = (api.post(PATH, json=method_body(), token=manager, key="once") for _ in range(2))
    assert (first.status, again.body) == (201, first.body)
    assert len(api.get(PATH, token=manager).data) == 1


def test_calls_and_policy(api: Api, manager: str) -> None:
    calls = cold(api, manager, lambda: api.post(PATH, json=method_body(), token=manager, key="once"))
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
