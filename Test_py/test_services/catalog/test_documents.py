"""What the search is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pushcart.catalog import service
from pushcart.catalog.service.documents import PriceSpan
from Test_py.support.catalogue import ANY, category, chain
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, session


@pytest.fixture
def manager(aws: None) -> str:
    return session("manager")


def test_a_document_tells_all_that_is_searched_and_shown(api: Api, manager: str, drain: Callable[[], object]) -> None:
    top, low = chain(api, manager, 2)
    variants = [
        {
            "sku": "A",
            "options": {"colour": "red", "size": "M"},
            "prices": [{"amount": 300, "currency": "EUR"}, {"amount": 5, "currency": "USD"}],
        },
        {"sku": "B", "options": {"colour": "blue"}, "prices": [{"amount": 100, "currency": "EUR"}]},
        {"sku": "C", "prices": [{"amount": 1, "currency": "EUR"}]},
    ]
    said = {"description": "Clay.", "tags": ["kitchen"], "attributes": {"material": "clay"}, "category_id": low["id"]}
    product = on_sale(api, manager, "A", stock=50, variants=variants, **said)
    assert api.delete("/api/v1/variants/C", token=manager, headers=ANY).status == 204
    drain()
    document = service.document_of(product["id"])
    assert document is not None
    shown = api.get(f"/api/v1/products/{product['id']}").data
    assert document._asdict() == {
        "id": product["id"],
        "slug": "a",
        "title": "Product A",
        "description": "Clay.",
        "status": "active",
        "category_id": low["id"],
        "category_ids": (top["id"], low["id"]),
        "tags": ("kitchen",),
        "attributes": {"material": "clay"},
        "options": {"colour": ("red", "blue"), "size": ("M",)},
        "skus": ("A", "B"),
        "prices": {"EUR": PriceSpan(100, 300), "USD": PriceSpan(5, 5)},
        "availability": "in_stock",
        "image": None,
        "created_at": product["created_at"],
        "updated_at": shown["updated_at"],
        "version": shown["version"],
    }


def test_a_draft_has_one_too_and_what_is_not_there_has_none(api: Api, manager: str) -> None:
    draft = service.document_of(drafted(api, manager, variants=[])["id"])
    assert draft is not None
    assert (draft.status, draft.category_ids, draft.prices, draft.skus) == ("draft", (), {}, ())
    assert service.document_of("prd_none") is None


def test_an_archived_category_is_named_still(api: Api, manager: str) -> None:
    known = category(api, manager)
    product = on_sale(api, manager, category_id=known["id"])
    api.delete(f"/api/v1/categories/{known['id']}", token=manager, headers=ANY)
    document = service.document_of(product["id"])
    assert document is not None
    assert document.category_ids == (known["id"],)


def test_it_costs_a_query_and_a_read_of_the_category(api: Api, manager: str) -> None:
    plain = on_sale(api, manager, "A")
    filed = on_sale(api, manager, "B", category_id=category(api, manager)["id"])
    assert operations(recorded(lambda: service.document_of(plain["id"]))) == ["Query"]
    assert operations(recorded(lambda: service.document_of(filed["id"]))) == ["Query", "GetItem"]


def test_all_that_is_sold_is_named_page_by_page(api: Api, manager: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pushcart.catalog.service.documents.IDS_A_PAGE", 2)
    sold = [on_sale(api, manager, sku)["id"] for sku in ("A", "B", "C")]
    drafted(api, manager, "D")
    first = service.active_ids()
    second = service.active_ids(first.last_key)
    assert (len(first.items), sorted(first.items + second.items), second.last_key) == (2, sorted(sold), None)
