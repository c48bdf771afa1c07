"""Availability words, while variants come and go."""

from __future__ import annotations

from typing import Any

import pytest

from pushcart.catalog import service
from pushcart.catalog.models.products import ProductItem
from Test_py.support.catalogue import ANY
from Test_py.support.client import Api
from Test_py.support.shopkeeping import on_sale, session, stored
from utils.errors import Overtaken
from utils.transaction import Transaction

PRICES = [{"amount": 100, "currency": "EUR"}]
TWO: Any = [{"sku": sku, "prices": PRICES} for sku in ("A", "B")]


@pytest.fixture
def manager(aws: None) -> str:
    return session("manager")


def test_a_word_that_was_read_before_a_variant_went_is_made_anew(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A", variants=TWO)
    tx = Transaction()
    service.show_words(tx, product["id"], {"A": "in_stock"})
    assert api.delete("/api/v1/variants/A", token=manager, headers=ANY).status == 204
    with pytest.raises(Overtaken):
        tx.commit()
    assert stored(ProductItem.key_of(product["id"])).availability == "out_of_stock"


def test_a_withdrawn_variant_s_word_is_not_the_product_s(api: Api, manager: str) -> None:
    product = on_sale(api, manager, "A", variants=TWO)
    api.delete("/api/v1/variants/A", token=manager, headers=ANY)
    for words, expected in (({"A": "in_stock"}, "out_of_stock"), ({"B": "low_stock"}, "low_stock")):
        tx = Transaction()
        service.show_words(tx, product["id"], words)
        tx.commit()
        assert stored(ProductItem.key_of(product["id"])).availability == expected


def test_a_product_that_is_not_there_has_no_words(aws: None) -> None:
    tx = Transaction()
    service.show_words(tx, "prd_none", {"A": "in_stock"})
    assert tx.is_empty
