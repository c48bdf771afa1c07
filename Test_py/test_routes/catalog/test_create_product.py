"""POST /api/v1/products"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog.create_product import handler
from infra.local.recorder import record
from pushcart.catalog.models.variants import MAX_VARIANTS
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY, category, place_of
from Test_py.support.client import Api
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    forget_what_is_kept,
    operations,
    product_body,
    recorded,
    refused,
    session,
)

PATH = "/api/v1/products"
EUR = [{"amount": 1999, "currency": "EUR"}]


def test_a_product_is_written_as_a_draft(api: Api, manager: str) -> None:
    body = {
        "title": " T-shirt ",
        "slug": "t-shirt",
        "description": "Organic.",
        "tags": ["cotton", "summer", "cotton"],
        "attributes": {"material": "cotton"},
        "variants": [
            {
                "sku": "TS-M",
                "options": {"colour": "red", "size": "M"},
                "prices": [{"amount": 2199, "currency": "USD"}, *EUR],
                "weight_grams": 180,
            },
            {"sku": "TS-L", "title": "The large one", "prices": EUR},
        ],
    }
    reply = api.post(PATH, json=body, token=manager)
    assert reply.status == 201
    product = reply.data
    moment = product["created_at"]
    shared = {"availability": "out_of_stock", "created_at": moment, "updated_at": moment, "version": 1}
    assert product == {
        "id": product["id"],
        "slug": "t-shirt",
        "title": "T-shirt",
        "description": "Organic.",
        "status": "draft",
        "category_id": None,
        "tags": ["cotton", "summer"],
        "attributes": {"material": "cotton"},
        "media": [],
        "variants": [
            {
                "id": product["variants"][0]["id"],
                "sku": "TS-M",
                "title": "T-shirt, red, M",
                "options": {"colour": "red", "size": "M"},
                "prices": [*EUR, {"amount": 2199, "currency": "USD"}],
                "weight_grams": 180,
                **shared,
            },
            {
                "id": product["variants"][1]["id"],
                "sku": "TS-L",
                "title": "The large one",
                "options": {},
                "prices": EUR,
                "weight_grams": None,
                **shared,
            },
        ],
        **shared,
    }
    assert product["id"].startswith("prd_")
    assert {one["id"][:4] for one in product["variants"]} == {"var_"}
    assert announced(product["id"]) == [(1, "product.created")]


def test_it_is_put_into_a_category_that_is_there(api: Api, manager: str) -> None:
    known, gone = category(api, manager), category(api, manager)
    assert drafted(api, manager, "A", category_id=known["id"])["category_id"] == known["id"]
    api.delete(place_of(gone), token=manager, headers=ANY)
    before = everything()
    reply = api.post(PATH, json=product_body("B", category_id=gone["id"]), token=manager)
    refused(reply, 400, "VALIDATION_ERROR", "category_id")
    assert everything() == before


def test_a_title_is_enough(api: Api, manager: str) -> None:
    reply = api.post(PATH, json={"title": "Café «Größe» № 5!"}, token=manager)
    assert reply.status == 201
    assert (reply.data["slug"], reply.data["variants"], reply.data["description"]) == ("cafe-groe-no-5", [], "")


def test_a_title_without_latin_letters_gets_a_slug_too(api: Api, manager: str) -> None:
    product = api.post(PATH, json={"title": "茶"}, token=manager).data
    assert product["slug"] == product["id"].lower().replace("_", "-")


@pytest.mark.parametrize(
    ("other", "field", "detail"),
    [
        ({"slug": "mug-1"}, "slug", "mug-1"),
        ({"variants": [{"sku": "NEW", "prices": EUR}, {"sku": "MUG-1", "prices": EUR}]}, "variants.1.sku", "MUG-1"),
    ],
)
def test_what_is_taken_is_named(api: Api, manager: str, other: dict[str, Any], field: str, detail: str) -> None:
    drafted(api, manager, "MUG-1")
    before = everything()
    reply = api.post(PATH, json=product_body("OTHER") | other, token=manager)
    refused(reply, 409, "CONFLICT", field)
    assert reply.json["errors"][0]["detail"] == detail
    assert everything() == before


def test_all_that_is_taken_is_named_at_once(api: Api, manager: str) -> None:
    drafted(api, manager, "MUG-1")
    refused(api.post(PATH, json=product_body("MUG-1"), token=manager), 409, "CONFLICT", "slug", "variants.0.sku")


def test_of_many_at_once_with_one_sku_one_is_written(api: Api, manager: str) -> None:
    def write(number: int) -> int:
        return api.post(PATH, json=product_body("MUG-1", slug=f"mug-{number}"), token=manager).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(8))) == [201] + [409] * 7


def test_a_sku_that_comes_twice_is_named(api: Api, manager: str) -> None:
    body = product_body(variants=[{"sku": "A", "prices": EUR}, {"sku": "A", "prices": EUR}])
    refused(api.post(PATH, json=body, token=manager), 400, "VALIDATION_ERROR", "variants.1.sku")


def test_as_many_variants_as_may_be_fit_into_one_transaction(api: Api, manager: str) -> None:
    variants = [{"sku": f"V-{number}", "prices": EUR} for number in range(MAX_VARIANTS)]
    body = product_body(variants=variants, category_id=category(api, manager)["id"])
    reply = api.post(PATH, json=body, token=manager, key="many")
    assert reply.status == 201
    assert [one["sku"] for one in reply.data["variants"]] == [one["sku"] for one in variants]
    refused(
        api.post(PATH, json=product_body(variants=[*variants, {"sku": "V-X", "prices": EUR}]), token=manager),
        400,
        "VALIDATION_ERROR",
        "variants",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "a" * 101}, "slug"),
        ({"description": "x" * 10_001}, "description"),
        ({"tags": ["x" * 51]}, "tags.0"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags"),
        ({"tags": "cotton"}, "tags"),
        ({"attributes": {"1bad": "x"}}, "attributes.1bad.[key]"),
        ({"attributes": {"material": 5}}, "attributes.material"),
        ({"attributes": {f"a{n}": "x" for n in range(51)}}, "attributes"),
        ({"category_id": "a#b"}, "category_id"),
        ({"category_id": 5}, "category_id"),
        ({"category_id": "x" * 65}, "category_id"),
        ({"category_id": "cat_none"}, "category_id"),
        ({"status": "active"}, "status"),
        ({"id": "prd_mine"}, "id"),
        ({"availability": "in_stock"}, "availability"),
        ({"variants": {}}, "variants"),
        ({"variants": [{"prices": EUR}]}, "variants.0.sku"),
        ({"variants": [{"sku": "no spaces", "prices": EUR}]}, "variants.0.sku"),
        ({"variants": [{"sku": "x" * 65, "prices": EUR}]}, "variants.0.sku"),
        ({"variants": [{"sku": "A"}]}, "variants.0.prices"),
        ({"variants": [{"sku": "A", "prices": []}]}, "variants.0.prices"),
        ({"variants": [{"sku": "A", "prices": EUR * 2}]}, "variants.0.prices"),
        ({"variants": [{"sku": "A", "prices": EUR, "weight_grams": -1}]}, "variants.0.weight_grams"),
        (
            {"variants": [{"sku": "A", "prices": EUR, "options": {f"o{n}": "x" for n in range(11)}}]},
            "variants.0.options",
        ),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    before = everything()
    body = {name: value for name, value in (product_body() | change).items() if value is not None}
    refused(api.post(PATH, json=body, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == before


@pytest.mark.parametrize(
    "price",
    [
        {"amount": 19.99, "currency": "EUR"},
        {"amount": "1999", "currency": "EUR"},
        {"amount": True, "currency": "EUR"},
        {"amount": -1, "currency": "EUR"},
        {"amount": 10**11 + 1, "currency": "EUR"},
        {"amount": 1, "currency": "eur"},
        {"amount": 1},
        {"amount": 1, "currency": "EUR", "note": "x"},
    ],
)
def test_a_price_is_minor_units_of_a_currency(api: Api, manager: str, price: dict[str, Any]) -> None:
    reply = api.post(PATH, json=product_body(variants=[{"sku": "A", "prices": [price]}]), token=manager)
    refused(reply, 400, "VALIDATION_ERROR")


def test_what_is_no_json_or_too_deep_is_malformed(api: Api, manager: str) -> None:
    headers = {"content-type": "application/json"}
    deep = '{"title": ' + "[" * 33 + "]" * 33 + "}"
    for body in ("{", deep):
        refused(api.post(PATH, body=body, headers=headers, token=manager), 400, "MALFORMED_JSON")
    refused(api.post(PATH, body="{}", token=manager), 415, "UNSUPPORTED_MEDIA_TYPE")
    too_much = '{"title": "' + "x" * 256 * 1024 + '"}'
    refused(api.post(PATH, body=too_much, headers=headers, token=manager), 413, "PAYLOAD_TOO_LARGE")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.post(PATH, json=product_body()).status == 401
    for roles in ((), ("support",)):
        refused(api.post(PATH, json=product_body(), token=session(*roles)), 403, "FORBIDDEN")


def test_a_session_that_ended_writes_nothing(api: Api, manager: str) -> None:
    product = drafted(api, manager, "OLD")
    path = f"{PATH}/{product['id']}"
    end_sessions()
    before = everything()
    any_version = {"if-match": "*"}
    for reply in (
        api.post(PATH, json=product_body(), token=manager),
        api.patch(path, json={"title": "x"}, token=manager, headers=any_version),
        api.delete(path, token=manager, headers=any_version),
        api.post(f"{path}/publish", token=manager),
        api.post(f"{path}/variants", json={"sku": "A", "prices": EUR}, token=manager),
        api.put("/api/v1/variants/OLD/prices", json={"prices": EUR}, token=manager, headers=any_version),
    ):
        refused(reply, 401, "UNAUTHENTICATED")
    assert everything() == before


def test_a_key_gives_one_product_and_equal_bytes(api: Api, manager: str) -> None:
    first = api.post(PATH, json=product_body(), token=manager, key="k-1")
    again = api.post(PATH, json=product_body(), token=manager, key="k-1")
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    refused(api.post(PATH, json=product_body("X"), token=manager, key="k-1"), 422, "IDEMPOTENCY_KEY_REUSED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    known = category(api, manager)
    calls = recorded(lambda: api.post(PATH, json=product_body(), token=manager))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        api.post(PATH, json=product_body("B", category_id=known["id"]), token=manager, key="k")
    assert_exact_policy(handler.declaration, touched.touches)
