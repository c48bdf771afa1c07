"""What a variant costs, and what it has cost."""

from __future__ import annotations

from typing import Any

from pushcart.catalog import events
from pushcart.catalog.models.price_changes import PriceChangeItem
from pushcart.catalog.repository import price_changes
from pushcart.catalog.schemas.price_changes import PriceChange, PriceHistoryQuery
from pushcart.catalog.schemas.variants import Variant, VariantPrices
from pushcart.catalog.service.announcing import announce_change
from pushcart.catalog.service.offering import sku_key
from pushcart.catalog.service.parts import by_currency, price_range
from pushcart.catalog.service.variants import read_variant, refuse_withdrawn
from pushcart.catalog.views import prices_of, variant_of
from utils.errors import NotFound, Overtaken
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def set_prices(tx: Transaction, sku: str, data: VariantPrices, *, changed_by: str, if_match: int | None) -> Variant:
    """Replace all prices of a variant, and enter the change into its log. ``if_match`` is the variant's version.

    Prices that are as they were change nothing.
    """
    found, variant = read_variant(tx, sku)
    refuse_withdrawn(variant)
    expect(variant, if_match)
    before, after = variant.prices, by_currency(data.prices)
    if before != after:
        amend(tx, variant, refused=overtaken_by(if_match), prices=after)
        price_changes.enter(tx, variant, before, changed_by=changed_by)
        amend(tx, found.product, refused=Overtaken(), **price_range(found.live))
        announce_change(tx, found.product, events.product_updated(fields=["prices"], sku=sku))
    return variant_of(variant)


def list_price_changes(
    tx: Transaction, sku: str, query: PriceHistoryQuery, start: dict[str, Any] | None
) -> Page[PriceChange]:
    """List what a variant has cost, the latest change first: one call, and another to tell none from no such SKU.

    What it cost before its first change is that change's ``before``. A withdrawn variant's log stays readable.
    """
    page = price_changes.history(sku, limit=query.limit, start=start)
    if not page.items and start is None and tx.read_one(sku_key(sku)) is None:
        raise NotFound("variant")
    return Page([_change_of(item) for item in page.items], page.last_key)


def _change_of(item: PriceChangeItem) -> PriceChange:
    return PriceChange(
        sku=item.sku,
        product_id=item.product_id,
        before=prices_of(item.before),
        after=prices_of(item.after),
        changed_by=item.changed_by,
        created_at=item.created_at,
        version=int(item.sk),
    )
