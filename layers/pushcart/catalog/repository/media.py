"""Pictures of products: added, marked, removed; and the picture by which a list shows a product."""

from __future__ import annotations

from typing import Any

from pushcart.catalog.models.media import MEDIA_PREFIX, MediaItem
from pushcart.catalog.models.products import ProductItem, partition_of
from utils.errors import Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def find(tx: Transaction, product_id: str, media_id: str) -> tuple[MediaItem | None, ProductItem | None]:
    """Return a picture and its product, in one call."""
    medium, product = tx.read(MediaItem.key_of(product_id, media_id), ProductItem.key_of(product_id))
    return medium, product


def list_of(product_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[MediaItem]:
    """Return a page of a product's pictures, the oldest first, in one call."""
    return query(MediaItem, partition_of(product_id), prefix=MEDIA_PREFIX, limit=limit, start=start, consistent=True)


def add(tx: Transaction, medium: MediaItem) -> None:
    """Append a new picture."""
    tx.create(medium, taken=Overtaken())


def settle(tx: Transaction, medium: MediaItem, **values: Any) -> None:
    """Append what became of a picture that was waited for, which is not forgotten from then on."""
    amend(tx, medium, refused=Overtaken(), ttl=None, **values)


def remove(tx: Transaction, medium: MediaItem, *, refused: Problem) -> None:
    """Append that a picture is gone."""
    tx.remove(medium.key, when=MediaItem.version == medium.version, refused=refused)


def show(tx: Transaction, product: ProductItem, image: str | None) -> None:
    """Append the picture by which lists show a product. No version moves: nobody edited it."""
    shown: Any = ProductItem.image
    before: str | None = product.image
    unmoved = shown.does_not_exist() if before is None else shown == before
    tx.adjust(
        product.key,
        shown.remove() if image is None else shown.set(image),
        when=unmoved & ProductItem.pk.exists(),
        refused=Overtaken(),
    )
