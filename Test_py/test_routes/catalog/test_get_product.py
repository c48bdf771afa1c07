"""GET /api/v1/products/{product_id}"""

from __future__ import annotations

import pytest

from functions.catalog.get_product import handler
from pushcart.catalog.models.collection import CollectionItem
from pushcart.catalog.models.products import ProductItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, refused, tag
from utils.transaction import Transaction


def test_it_shows_what_was_published(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    reply = api.get(f"/api/v1/products/{product['id']}")
    assert (reply.status, reply.data) == (200, product)
    assert reply.data["status"] == "active"


def test_drafts_and_archived_ones_are_as_if_they_were_not_there(api: Api, manager: str) -> None:
    draft, gone = drafted(api, manager, "A"), on_sale(api, manager, "B")
    api.delete(f"/api/v1/products/{gone['id']}", token=manager, headers=tag(gone["version"]))
    replies = [api.get(f"/api/v1/products/{one}") for one in (draft["id"], gone["id"], "prd_none")]
    for reply in replies:
        refused(reply, 404, "NOT_FOUND")
    assert len({repr(reply.json["errors"]) for reply in replies}) == 1


def test_it_may_be_kept_for_a_minute_and_is_not_sent_twice(api: Api, manager: str) -> None:
    path = f"/api/v1/products/{on_sale(api, manager)['id']}"
    first = api.get(path)
    assert first.headers["cache-control"] == "public, max-age=60"
    known = {"if-none-match": first.headers["etag"]}
    again = api.get(path, headers=known)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert api.get(path, headers={"if-none-match": '"0-other"'}).status == 200


def test_a_change_gives_another_etag(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    path = f"/api/v1/products/{product['id']}"
    before = api.get(path).headers["etag"]
    api.patch(path, json={"title": "Other"}, token=manager, headers=tag(product["version"]))
    assert api.get(path, headers={"if-none-match": before}).status == 200


def test_a_refusal_is_not_kept_by_caches(api: Api) -> None:
    assert api.get("/api/v1/products/prd_none").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("product_id", ["%20", "..", "x" * 129, "prd_%00", "%23META", "prd%2F1"])
def test_what_cannot_be_an_id_names_nothing(api: Api, product_id: str) -> None:
    refused(api.get(f"/api/v1/products/{product_id}"), 404, "NOT_FOUND")


def test_no_parameter_is_known(api: Api, manager: str) -> None:
    path = f"/api/v1/products/{on_sale(api, manager)['id']}"
    refused(api.get(path, query={"fields": "id"}), 400, "VALIDATION_ERROR", "fields")


def test_nothing_stored_for_the_house_is_shown(api: Api, manager: str) -> None:
    shown = set(api.get(f"/api/v1/products/{on_sale(api, manager)['id']}").data)
    assert not shown & {"pk", "sk", "status_shard", "shelf", "price_min"}
    assert shown < set(ProductItem.get_attributes()) | {"media", "variants"}


def test_what_newer_code_keeps_beside_it_is_passed_over(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    tx = Transaction()
    tx.put(CollectionItem(f"PRODUCT#{product['id']}", "MEDIA#med_1"))
    tx.commit()
    assert api.get(f"/api/v1/products/{product['id']}").data == product


def test_calls_and_policy(api: Api, manager: str) -> None:
    path = f"/api/v1/products/{on_sale(api, manager)['id']}"
    calls = recorded(lambda: api.get(path))
    assert operations(calls) == ["Query"]
    assert_exact_policy(handler.declaration, calls.touches)
