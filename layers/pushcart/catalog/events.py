"""What the catalogue announces: names and what goes with them.

A product's version is the sequence of its events, and a category's of its own.
"""

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


def shelf_changed(product_id: str) -> Happening:
    """Stock has changed the word by which a product is available; no version has moved."""
    return {"type": "product.shelf_changed", "data": {"product_id": product_id}}


def category_created(*, parent_id: str | None) -> Happening:
    """A category was made."""
    return {"type": "category.created", "data": {"parent_id": parent_id}}


def category_updated(*, fields: Sequence[str]) -> Happening:
    """A category was changed; ``fields`` names what of it. With ``parent_id`` all below it went along."""
    return {"type": "category.updated", "data": {"fields": sorted(fields)}}


def moves(happening: Happening) -> bool:
    """Whether a category, and all that is below it, has another place from now on."""
    return happening["type"] == "category.updated" and "parent_id" in happening["data"]["fields"]


def category_archived() -> Happening:
    """A category is shown no more; its products keep naming it."""
    return {"type": "category.archived", "data": {}}


def medium_added(*, product_id: str) -> Happening:
    """A picture of a product is waited for. The pictures' events are about them, and each counts its own."""
    return {"type": "medium.added", "data": {"product_id": product_id}}


def medium_ready(*, product_id: str) -> Happening:
    """A picture was drawn, and is shown."""
    return {"type": "medium.ready", "data": {"product_id": product_id}}


def medium_rejected(*, product_id: str, reason: str) -> Happening:
    """What was uploaded is no picture that can be shown."""
    return {"type": "medium.rejected", "data": {"product_id": product_id, "reason": reason}}


def medium_removed(*, product_id: str) -> Happening:
    """A picture is shown no more, and its files are to be deleted."""
    return {"type": "medium.removed", "data": {"product_id": product_id}}
