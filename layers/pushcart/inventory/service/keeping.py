"""How a SKU's stock is kept: from how many on it runs low, and over how many buckets it is split."""

from __future__ import annotations

from pushcart.catalog import service as catalog
from pushcart.inventory import events
from pushcart.inventory.models import MAX_PLACES
from pushcart.inventory.repository import places as repository
from pushcart.inventory.repository import stock as stocks
from pushcart.inventory.schemas.settings import SetStockSettings, StockSettings
from pushcart.inventory.views import settings_of
from pushcart.outbox.service import announce
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def set_settings(tx: Transaction, sku: str, data: SetStockSettings, *, if_match: int | None) -> StockSettings:
    """Set how a SKU's stock is kept; its places follow within seconds, each location in one transaction.

    Raises
    ------
    NotFound
        When there is no such SKU.
    StaleVersion
        When ``if_match`` is not the settings' version; 0 while nobody has set them.
    InvalidState
        When it would lie in more places than one transaction can check.
    """
    claim, settings = tx.read(catalog.sku_key(sku), repository.settings_key(sku))
    if claim is None:
        raise NotFound("SKU")
    settings = settings or repository.settings(tx, sku)
    expect(settings, if_match)
    locations = {stock.location_id for stock in stocks.everywhere(sku)}
    if len(locations) * data.hot > MAX_PLACES:
        raise InvalidState(f"A SKU lies in at most {MAX_PLACES} places, buckets counted.", field="hot")
    repository.write(
        tx,
        settings,
        refused=overtaken_by(if_match),
        low_stock_threshold=data.low_stock_threshold,
        hot=data.hot,
    )
    announce(tx, aggregate=new_id("set"), sequence=1, **events.settings_changed(sku))
    return settings_of(settings)
