"""GET /api/v1/availability"""

from __future__ import annotations

import pytest

from functions.inventory.get_availability import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, refused, stocked, tag
from Test_py.support.stockkeeping import shelve

PATH = "/api/v1/availability"


@pytest.mark.parametrize(("stock", "word"), [(0, "out_of_stock"), (1, "low_stock"), (5, "low_stock"), (6, "in_stock")])
def test_it_is_a_word_and_no_count(api: Api, manager: str, stock: int, word: str) -> None:
    on_sale(api, manager, stock=stock)
    reply = api.get(PATH, query={"sku": "MUG-1"})
    assert (reply.status, reply.data) == (200, {"sku": "MUG-1", "availability": word})


def test_it_follows_at_once(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=6)
    stocked(api, manager, "MUG-1", -6)
    assert api.get(PATH, query={"sku": "MUG-1"}).data["availability"] == "out_of_stock"


def test_the_best_location_counts_all_its_buckets_together(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for bucket in range(3):
        shelve("MUG-1", 2, bucket=bucket)
    shelve("MUG-1", 5, location_id="loc_2")
    assert api.get(PATH, query={"sku": "MUG-1"}).data["availability"] == "in_stock"


def test_what_lies_at_an_inactive_location_cannot_be_had(api: Api, manager: str) -> None:
    on_sale(api, manager)
    shelve("MUG-1", 9, closed="yes")
    assert api.get(PATH, query={"sku": "MUG-1"}).data["availability"] == "out_of_stock"
    shelve("MUG-1", 1, location_id="loc_2")
    assert api.get(PATH, query={"sku": "MUG-1"}).data["availability"] == "low_stock"


def test_what_is_not_sold_is_as_if_it_were_not_there(api: Api, manager: str) -> None:
    drafted(api, manager, "DRAFT")
    gone = on_sale(api, manager, "GONE", stock=9)
    api.delete(f"/api/v1/products/{gone['id']}", token=manager, headers=tag(2))
    replies = [refused(api.get(PATH, query={"sku": sku}), 404, "NOT_FOUND") for sku in ("DRAFT", "GONE", "NONE")]
    assert len({repr(reply.json["errors"]) for reply in replies}) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "sku"),
        ({"sku": ""}, "sku"),
        ({"sku": "a b"}, "sku"),
        ({"sku": "x" * 65}, "sku"),
        ({"sku": ["A", "B"]}, "sku"),
        ({"sku": "A", "count": "true"}, "count"),
    ],
)
def test_bad_parameters_are_named(api: Api, query: dict[str, str], field: str) -> None:
    refused(api.get(PATH, query=query), 400, "VALIDATION_ERROR", field)


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=1)
    calls = recorded(lambda: api.get(PATH, query={"sku": "MUG-1"}))
    assert operations(calls) == ["GetItem", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
