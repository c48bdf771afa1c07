"""POST /api/v1/products/{product_id}/variants"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.add_variant import handler
from infra.local.recorder import record
from pushcart.catalog.models.variants import MAX_VARIANTS
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    tag,
)

EUR = [{"amount": 500, "currency": "EUR"}]


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}/variants"


def test_it_is_added_behind_the_others_and_sold_at_once(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    body = {"sku": "AAA", "options": {"size": "S"}, "prices": EUR}
    reply = api.post(path_of(product), json=body, token=manager)
    assert reply.status == 201
    assert (reply.data["title"], reply.data["prices"], reply.data["version"]) == ("Product MUG-1, S", EUR, 1)
    shown = api.get(f"/api/v1/products/{product['id']}").data
    assert shown["variants"] == [*product["variants"], reply.data]
    assert shown["version"] == 3
    assert announced(product["id"])[-1] == (3, "product.updated")
    assert api.get("/api/v1/availability", query={"sku": "AAA"}).status == 200


def test_the_price_range_follows(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    api.post(path_of(product), json={"sku": "AAA", "prices": EUR}, token=manager)
    found = api.get("/api/v1/products").data[0]["price_range"]
    assert (found["min"]["amount"], found["max"]["amount"]) == (500, 1999)


def test_a_draft_s_variant_is_not_sold_yet(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    api.post(path_of(product), json={"sku": "AAA", "prices": EUR}, token=manager)
    refused(api.get("/api/v1/availability", query={"sku": "AAA"}), 404, "NOT_FOUND")


def test_a_taken_sku_is_named(api: Api, manager: str) -> None:
    product = drafted(api, manager, "A")
    drafted(api, manager, "B")
    before = everything()
    for sku in ("A", "B"):
        refused(api.post(path_of(product), json={"sku": sku, "prices": EUR}, token=manager), 409, "CONFLICT", "sku")
    assert everything() == before


def test_of_many_at_once_all_are_added(api: Api, manager: str) -> None:
    product = drafted(api, manager)

    def add(number: int) -> int:
        return api.post(path_of(product), json={"sku": f"N-{number}", "prices": EUR}, token=manager).status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(4))) == [201] * 4
    assert [sequence for sequence, _ in announced(product["id"])] == [1, 2, 3, 4, 5]


def test_of_many_at_once_with_one_sku_one_is_added(api: Api, manager: str) -> None:
    product = drafted(api, manager)

    def add(_: int) -> int:
        return api.post(path_of(product), json={"sku": "N", "prices": EUR}, token=manager).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == [201, 409, 409, 409]


def test_there_is_an_end_to_them(api: Api, manager: str) -> None:
    variants = [{"sku": f"V-{number}", "prices": EUR} for number in range(MAX_VARIANTS)]
    product = drafted(api, manager, variants=variants)
    refused(api.post(path_of(product), json={"sku": "ONE", "prices": EUR}, token=manager), 409, "INVALID_STATE")


def test_an_archived_product_gets_none(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    api.delete(f"/api/v1/products/{product['id']}", token=manager, headers=tag(1))
    refused(api.post(path_of(product), json={"sku": "ONE", "prices": EUR}, token=manager), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sku": None}, "sku"),
        ({"sku": 5}, "sku"),
        ({"sku": "a/b"}, "sku"),
        ({"sku": "#META"}, "sku"),
        ({"title": ""}, "title"),
        ({"prices": None}, "prices"),
        ({"prices": {"EUR": 1}}, "prices"),
        ({"prices": [{"amount": 1.5, "currency": "EUR"}]}, "prices.0.amount"),
        (
            {"prices": [{"amount": 1, "currency": chr(65 + n // 26) * 2 + chr(65 + n % 26)} for n in range(21)]},
            "prices",
        ),
        ({"options": {"size": ""}}, "options.size"),
        ({"weight_grams": 10**8}, "weight_grams"),
        ({"status": "active"}, "status"),
        ({"product_id": "prd_other"}, "product_id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    product = drafted(api, manager)
    before = everything()
    body = {name: value for name, value in ({"sku": "ONE", "prices": EUR} | change).items() if value is not None}
    refused(api.post(path_of(product), json=body, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    reply = api.post("/api/v1/products/prd_none/variants", json={"sku": "A", "prices": EUR}, token=manager)
    refused(reply, 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    path = path_of(drafted(api, manager))
    assert api.post(path, json={}).status == 401
    for roles in ((), ("support",)):
        refused(api.post(path, json={}, token=session(*roles)), 403, "FORBIDDEN")


def test_a_key_gives_one_variant_and_equal_bytes(api: Api, manager: str) -> None:
    path, body = path_of(drafted(api, manager)), {"sku": "ONE", "prices": EUR}
    first = api.post(path, json=body, token=manager, key="k")
    again = api.post(path, json=body, token=manager, key="k")
    assert (first.status, again.status, again.body) == (201, 201, first.body)


def test_calls_and_policy(api: Api, manager: str) -> None:
    path = path_of(drafted(api, manager))
    calls = recorded(lambda: api.post(path, json={"sku": "ONE", "prices": EUR}, token=manager))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.post(path, json={"sku": "TWO", "prices": EUR}, token=manager, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
