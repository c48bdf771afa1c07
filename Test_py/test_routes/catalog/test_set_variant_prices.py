"""PUT /api/v1/variants/{sku}/prices"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.set_variant_prices import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    everything,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    tag,
)

PATH = "/api/v1/variants/MUG-1/prices"
NEW = {"prices": [{"amount": 2499, "currency": "EUR"}, {"amount": 2999, "currency": "USD"}]}


def test_all_prices_are_replaced(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    reply = api.put(PATH, json=NEW, token=manager, headers=tag(1))
    assert reply.status == 200
    assert (reply.data["prices"], reply.data["version"]) == (NEW["prices"], 2)
    shown = api.get(f"/api/v1/products/{product['id']}").data
    assert shown["variants"] == [reply.data]
    assert shown["version"] == 3
    assert api.get("/api/v1/products").data[0]["price_range"]["max"]["amount"] == 2499
    assert announced(product["id"])[-1] == (3, "product.updated")
    only_usd = {"prices": [{"amount": 1, "currency": "USD"}]}
    assert api.put(PATH, json=only_usd, token=manager, headers=tag(2)).data["prices"] == only_usd["prices"]


def test_equal_prices_change_nothing(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    before = everything()
    body = {"prices": product["variants"][0]["prices"]}
    reply = api.put(PATH, json=body, token=manager, headers=tag(1))
    assert (reply.status, reply.data) == (200, product["variants"][0])
    assert everything() == before


def test_a_withdrawn_variant_keeps_its_prices(api: Api, manager: str) -> None:
    prices = [{"amount": 1, "currency": "EUR"}]
    on_sale(api, manager, variants=[{"sku": "MUG-1", "prices": prices}, {"sku": "MUG-2", "prices": prices}])
    assert api.delete("/api/v1/variants/MUG-1", token=manager, headers=tag(1)).status == 204
    before = everything()
    refused(api.put(PATH, json=NEW, token=manager, headers=tag(2)), 409, "INVALID_STATE")
    assert everything() == before


def test_the_version_of_the_variant_is_required_and_compared(api: Api, manager: str) -> None:
    on_sale(api, manager)
    before = everything()
    refused(api.put(PATH, json=NEW, token=manager), 428, "VERSION_REQUIRED")
    refused(api.put(PATH, json=NEW, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before
    assert api.put(PATH, json=NEW, token=manager, headers={"if-match": "*"}).status == 200


def test_prices_of_two_variants_do_not_get_in_each_other_s_way(api: Api, manager: str) -> None:
    skus = ["A", "B", "C"]
    variants = [{"sku": sku, "prices": [{"amount": 1, "currency": "EUR"}]} for sku in skus]
    on_sale(api, manager, variants=variants)

    def price(sku: str) -> int:
        body = {"prices": [{"amount": 10 + skus.index(sku), "currency": "EUR"}]}
        return api.put(f"/api/v1/variants/{sku}/prices", json=body, token=manager, headers=tag(1)).status

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(price, skus)) == [200, 200, 200]
    found = api.get("/api/v1/products").data[0]["price_range"]
    assert (found["min"]["amount"], found["max"]["amount"]) == (10, 12)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prices"),
        ({"prices": []}, "prices"),
        ({"prices": [{"amount": -1, "currency": "EUR"}]}, "prices.0.amount"),
        ({"prices": [{"amount": 1, "currency": "EURO"}]}, "prices.0.currency"),
        ({"prices": [{"amount": 1, "currency": "EUR"}] * 2}, "prices"),
        ({"prices": [{"amount": 10**11 + 1, "currency": "EUR"}]}, "prices"),
        ({**NEW, "sku": "OTHER"}, "sku"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, body: dict[str, Any], field: str) -> None:
    on_sale(api, manager)
    before = everything()
    refused(api.put(PATH, json=body, token=manager, headers=tag(1)), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.put(PATH, json=NEW, token=manager, headers=tag(1)), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.put(PATH, json=NEW).status == 401
    for roles in ((), ("support",)):
        refused(api.put(PATH, json=NEW, token=session(*roles), headers=tag(1)), 403, "FORBIDDEN")


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager)
    calls = recorded(lambda: api.put(PATH, json=NEW, token=manager, headers=tag(1)))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
