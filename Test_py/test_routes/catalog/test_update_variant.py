"""PATCH /api/v1/variants/{sku}"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.update_variant import handler
from infra.local.recorder import record
from Test_py.support.accounts import assert_exact_policy, events
from Test_py.support.catalogue import ANY
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    end_sessions,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    tag,
)

PATH = "/api/v1/variants/MUG-1"
PRICES = [{"amount": 1999, "currency": "EUR"}]


def sold(api: Api, manager: str, **fields: Any) -> Any:
    """Return a product with a variant that is named after it."""
    return on_sale(api, manager, title="Mug", variants=[{"sku": "MUG-1", "prices": PRICES, **fields}])


def test_what_is_given_changes_and_the_rest_stays(api: Api, manager: str) -> None:
    product = sold(api, manager, options={"size": "M"}, weight_grams=300)
    reply = api.patch(PATH, json={"weight_grams": 310}, token=manager, headers=tag(1))
    assert reply.status == 200
    changed = {"weight_grams": 310, "version": 2, "updated_at": reply.data["updated_at"]}
    assert reply.data == product["variants"][0] | changed
    shown = api.get(f"/api/v1/products/{product['id']}").data
    assert (shown["variants"], shown["version"]) == ([reply.data], 3)
    assert announced(product["id"])[-1] == (3, "product.updated")
    assert events("product.updated")[-1]["data"] == {"fields": ["weight_grams"], "sku": "MUG-1"}


def test_one_that_is_named_after_its_options_follows_them(api: Api, manager: str) -> None:
    sold(api, manager, options={"size": "M"})
    reply = api.patch(PATH, json={"options": {"size": "L"}}, token=manager, headers=ANY)
    assert (reply.data["title"], reply.data["options"]) == ("Mug, L", {"size": "L"})


def test_a_name_of_its_own_stays_until_it_is_taken_back(api: Api, manager: str) -> None:
    sold(api, manager, options={"size": "M"})
    assert api.patch(PATH, json={"title": "Big one"}, token=manager, headers=ANY).data["title"] == "Big one"
    assert api.patch(PATH, json={"options": {"size": "L"}}, token=manager, headers=ANY).data["title"] == "Big one"
    assert api.patch(PATH, json={"title": None}, token=manager, headers=ANY).data["title"] == "Mug, L"


def test_what_is_said_can_be_taken_back(api: Api, manager: str) -> None:
    sold(api, manager, options={"size": "M"}, weight_grams=300)
    reply = api.patch(PATH, json={"options": {}, "weight_grams": None}, token=manager, headers=ANY)
    assert (reply.data["options"], reply.data["weight_grams"], reply.data["title"]) == ({}, None, "Mug")


def test_nothing_new_changes_nothing(api: Api, manager: str) -> None:
    variant = sold(api, manager, options={"size": "M"}, weight_grams=300)["variants"][0]
    before = everything()
    for body in ({}, {"weight_grams": 300, "options": {"size": "M"}}, {"title": None}, {"title": "Mug, M"}):
        reply = api.patch(PATH, json=body, token=manager, headers=tag(1))
        assert (reply.status, reply.data) == (200, variant)
    assert everything() == before


def test_a_withdrawn_one_stays_as_it_was(api: Api, manager: str) -> None:
    on_sale(api, manager, variants=[{"sku": "MUG-1", "prices": PRICES}, {"sku": "MUG-2", "prices": PRICES}])
    api.delete(PATH, token=manager, headers=ANY)
    before = everything()
    refused(api.patch(PATH, json={"weight_grams": 1}, token=manager, headers=ANY), 409, "INVALID_STATE")
    assert everything() == before


def test_the_version_of_the_variant_is_required_and_compared(api: Api, manager: str) -> None:
    sold(api, manager)
    before = everything()
    refused(api.patch(PATH, json={"weight_grams": 1}, token=manager), 428, "VERSION_REQUIRED")
    refused(api.patch(PATH, json={"weight_grams": 1}, token=manager, headers=tag(2)), 412, "STALE_VERSION")
    assert everything() == before


def test_of_many_editors_at_once_one_gets_through(api: Api, manager: str) -> None:
    sold(api, manager)

    def edit(number: int) -> int:
        return api.patch(PATH, json={"weight_grams": number}, token=manager, headers=tag(1)).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(edit, range(4))) == [200] + [412] * 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"options": None}, "options"),
        ({"options": {"1": "x"}}, "options.1.[key]"),
        ({"options": {"size": ""}}, "options.size"),
        ({"options": {f"o{n}": "x" for n in range(11)}}, "options"),
        ({"weight_grams": -1}, "weight_grams"),
        ({"weight_grams": 10**7 + 1}, "weight_grams"),
        ({"weight_grams": "3"}, "weight_grams"),
        ({"sku": "OTHER"}, "sku"),
        ({"prices": PRICES}, "prices"),
        ({"status": "active"}, "status"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    sold(api, manager)
    before = everything()
    refused(api.patch(PATH, json=change, token=manager, headers=ANY), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(api.patch(PATH, json={"weight_grams": 1}, token=manager, headers=ANY), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    sold(api, manager)
    assert api.patch(PATH, json={}).status == 401
    for roles in ((), ("support",)):
        refused(api.patch(PATH, json={}, token=session(*roles), headers=ANY), 403, "FORBIDDEN")
    end_sessions()
    refused(api.patch(PATH, json={"weight_grams": 1}, token=manager, headers=ANY), 401, "UNAUTHENTICATED")


def test_a_key_gives_one_change_and_equal_bytes(api: Api, manager: str) -> None:
    product = sold(api, manager)
    options: dict[str, Any] = {"json": {"weight_grams": 1}, "token": manager, "headers": tag(1), "key": "k"}
    first, again = api.patch(PATH, **options), api.patch(PATH, **options)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert len(announced(product["id"])) == 3


def test_calls_and_policy(api: Api, manager: str) -> None:
    sold(api, manager)
    calls = recorded(lambda: api.patch(PATH, json={"weight_grams": 1}, token=manager, headers=ANY))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.patch(PATH, json={"weight_grams": 2}, token=manager, headers=ANY, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
