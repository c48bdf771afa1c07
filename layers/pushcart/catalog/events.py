"""What the catalogue announces: names and what goes with them. A product's version is the sequence of its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Happening = dict[str, Any]
"""``type`` and ``data`` of an event, as ``announce`` takes them."""


def product_created(*, skus: Sequence[str]) -> Happening:
    """A draft was written."""
    return {"type": "product.created", "data": {"skus": list(skus)}}


def product_updated(*, fields: Sequence[str], sku: str | None = None) -> Happening:
    """A product, or the variant ``sku`` of it, was changed; ``fields`` names what of it."""
    return {"type": "product.updated", "data": {"fields": sorted(fields), "sku": sku}}


def product_published() -> Happening:
    """A product is sold from now on."""
    return {"type": "product.published", "data": {}}


def product_archived() -> Happening:
    """A product is not sold any more."""
    return {"type": "product.archived", "data": {}}
