"""The log of prices: appended to, and read from its end."""

from __future__ import annotations

from typing import Any

from pushcart.catalog.models.price_changes import PriceChangeItem, log_of
from pushcart.catalog.models.variants import VariantItem
from utils.errors import Overtaken
from utils.queries import Page, query
from utils.transaction import Transaction


def enter(tx: Transaction, variant: VariantItem, before: dict[str, int], *, changed_by: str) -> None:
    """Append the change that made this version of the variant."""
    key = PriceChangeItem.key_of(variant.sku, int(variant.version))
    change = PriceChangeItem(
        key.pk,
        key.sk,
        sku=variant.sku,
        product_id=variant.product_id,
        before=before,
        after=variant.prices,
        changed_by=changed_by,
        created_at=tx.moment,
    )
    tx.create(change, taken=Overtaken())


def history(sku: str, *, limit: int, start: dict[str, Any] | None) -> Page[PriceChangeItem]:
    """Return a page of a SKU's changes, the latest first, in one call."""
    return query(PriceChangeItem, log_of(sku), descending=True, limit=limit, start=start)
