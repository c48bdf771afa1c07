"""What other contexts ask the catalogue: where a variant is, what it costs, whether it is sold."""

from __future__ import annotations

from pushcart.catalog.models.products import ProductStatus
from pushcart.catalog.models.variants import SkuItem, VariantItem
from utils.models import Key


def variant_key(product_id: str, sku: str) -> Key:
    """Return the address of a variant; the item has ``title``, ``prices``, ``status``, ``weight_grams``."""
    return VariantItem.key_of(product_id, sku)


def sku_key(sku: str) -> Key:
    """Return the address of what leads from a SKU to its product: ``product_id`` and ``status``."""
    return SkuItem.key_of(sku)


def price_in(variant: VariantItem, currency: str) -> int | None:
    """Return what one costs in ``currency``, in minor units; ``None`` where it is not sold in it."""
    amount = variant.prices.get(currency)
    return None if amount is None else int(amount)


def is_sold(item: VariantItem | SkuItem | None) -> bool:
    """Whether a variant, or what its SKU leads to, can be bought now."""
    return item is not None and item.status == ProductStatus.ACTIVE
