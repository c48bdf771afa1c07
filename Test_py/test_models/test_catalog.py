"""The items of the catalogue: where they lie, and in which indexes."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.clients import client
from pushcart import tables
from pushcart.catalog.models.categories import CategoryItem, CategorySlugItem, rank_of
from pushcart.catalog.models.price_changes import PriceChangeItem
from pushcart.catalog.models.products import ProductItem, SlugItem, category_shard, status_shard
from pushcart.catalog.models.variants import SkuItem, VariantItem
from Test_py.support.accounts import items
from Test_py.support.catalogue import ANY, CATEGORIES, category
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, session


@pytest.mark.parametrize(
    ("key", "pk", "sk"),
    [
        (ProductItem.key_of("prd_1"), "PRODUCT#prd_1", "META"),
        (VariantItem.key_of("prd_1", "A"), "PRODUCT#prd_1", "VARIANT#A"),
        (SkuItem.key_of("A"), "SKU#A", "META"),
        (SlugItem.key_of("mug"), "SLUG#mug", "META"),
        (PriceChangeItem.key_of("A", 7), "PRICE_LOG#A", "0000000007"),
        (CategoryItem.key_of("cat_1"), "CATEGORY#cat_1", "META"),
        (CategorySlugItem.key_of("mugs"), "CATEGORY_SLUG#mugs", "META"),
    ],
)
def test_items_lie_where_the_design_says(key: Any, pk: str, sk: str) -> None:
    assert (key.pk, key.sk, key.model.table.name) == (pk, sk, "catalog")


def test_ranks_sort_as_texts_as_they_do_as_numbers() -> None:
    numbers = [0, 9, 10, 99, 1000, 10**6]
    assert sorted((rank_of(number, "cat_1") for number in numbers), key=str) == [rank_of(n, "cat_1") for n in numbers]


def test_shards_name_status_and_category() -> None:
    assert status_shard("active") == "active#0"
    assert (category_shard("cat_1", "draft"), category_shard(None, "draft")) == ("cat_1#draft", None)


@pytest.fixture
def manager(aws: None) -> str:
    return session("manager")


def indexed(index: str, shard: str) -> list[str]:
    found = client("dynamodb").query(
        TableName=tables.catalog.physical_name,
        IndexName=index,
        KeyConditionExpression="#shard = :shard",
        ExpressionAttributeNames={"#shard": tables.catalog[index].pk},
        ExpressionAttributeValues={":shard": {"S": shard}},
    )["Items"]
    return [one["pk"]["S"] for one in found]


def test_a_product_is_in_the_indexes_of_its_status_and_its_category_alone(api: Api, manager: str) -> None:
    known = category(api, manager)["id"]
    draft, sold = drafted(api, manager, "A", category_id=known), on_sale(api, manager, "B", category_id=known)
    on_sale(api, manager, "C")
    assert indexed("by_category", f"{known}#draft") == [f"PRODUCT#{draft['id']}"]
    assert indexed("by_category", f"{known}#active") == [f"PRODUCT#{sold['id']}"]
    api.delete(f"/api/v1/products/{sold['id']}", token=manager, headers=ANY)
    assert indexed("by_category", f"{known}#active") == []
    assert indexed("by_category", f"{known}#archived") == [f"PRODUCT#{sold['id']}"]


def test_an_archived_category_is_in_no_index(api: Api, manager: str) -> None:
    known = category(api, manager)
    assert indexed("categories", "CATEGORIES#0") == [f"CATEGORY#{known['id']}"]
    api.delete(f"{CATEGORIES}/{known['id']}", token=manager, headers=ANY)
    assert indexed("categories", "CATEGORIES#0") == []


def test_what_a_newer_version_wrote_survives_a_change(api: Api, manager: str) -> None:
    made = category(api, manager)
    client("dynamodb").update_item(
        TableName=tables.catalog.physical_name,
        Key=CategoryItem.key_of(made["id"]).raw,
        UpdateExpression="SET newer = :newer",
        ExpressionAttributeValues={":newer": {"S": "kept"}},
    )
    assert api.patch(f"{CATEGORIES}/{made['id']}", json={"title": "x"}, token=manager, headers=ANY).status == 200
    (stored,) = items(tables.catalog, "CATEGORY#")
    assert (stored["newer"]["S"], stored["title"]["S"]) == ("kept", "x")
