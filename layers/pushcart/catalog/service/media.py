"""Pictures of products as staff adds and removes them. What becomes of an upload: see ``arrivals``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcart import queues
from pushcart.catalog import events
from pushcart.catalog.models.collection import Collection
from pushcart.catalog.models.media import MAX_MEDIA, MediaItem
from pushcart.catalog.models.products import ProductItem, ProductStatus
from pushcart.catalog.pictures import MAX_BYTES
from pushcart.catalog.repository import media
from pushcart.catalog.schemas.media import MediaQuery, Medium, MediumToUpload, NewMedium, UploadForm
from pushcart.catalog.service.announcing import SEARCH
from pushcart.catalog.service.parts import read_for_change
from pushcart.catalog.views_of_media import medium_of, shown_image
from pushcart.outbox.service import Target, announce
from utils.clock import now, rfc3339
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.presigned import upload_form
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

FORM_LIFE: Final = timedelta(minutes=15)
WAITED_FOR: Final = timedelta(days=1)
"""As long as the quarantine keeps an object: what has not been looked at by then never will be."""


def add_medium(tx: Transaction, product_id: str, data: NewMedium) -> MediumToUpload:
    """Wait for a picture of a product, and sign the form by which it is uploaded.

    Raises
    ------
    InvalidState
        When the product is archived, or has 20 pictures with those that are waited for.
    """
    found = read_for_change(tx, product_id)
    if found.product.status == ProductStatus.ARCHIVED:
        raise InvalidState("The product is archived.")
    if len(found.media) >= MAX_MEDIA:
        raise InvalidState(f"A product has at most {MAX_MEDIA} pictures. Remove one first.")
    medium = _waited_for(tx, product_id, data)
    media.add(tx, medium)
    _announce(tx, medium, events.medium_added(product_id=product_id))
    key, seconds = upload_key(product_id, medium.id), int(FORM_LIFE.total_seconds())
    form = upload_form(queues.uploads, key, content_type=data.content_type, most_bytes=MAX_BYTES, seconds=seconds)
    upload = UploadForm(url=form.url, fields=form.fields, max_bytes=MAX_BYTES, expires_at=rfc3339(now() + FORM_LIFE))
    return MediumToUpload(**dict(medium_of(medium)), upload=upload)


def list_media(tx: Transaction, product_id: str, query: MediaQuery, start: dict[str, Any] | None) -> Page[Medium]:
    """List a product's pictures, the oldest first, in one call; of one without any it is asked whether it is there."""
    page = media.list_of(product_id, limit=query.limit, start=start)
    if not page.items and start is None and tx.read_one(ProductItem.key_of(product_id)) is None:
        raise NotFound("product")
    return Page([medium_of(item) for item in page.items if not item.is_gone], page.last_key)


def remove_medium(tx: Transaction, product_id: str, media_id: str, *, if_match: int | None) -> None:
    """Remove a picture; its files go right after (``arrivals.clear``). ``if_match`` is the picture's version."""
    found = read_for_change(tx, product_id)
    medium = next((one for one in found.media if one.id == media_id), None)
    if medium is None:
        raise NotFound("medium")
    expect(medium, if_match)
    media.remove(tx, medium, refused=overtaken_by(if_match))
    _show_another(tx, found, medium)
    medium.version += 1
    _announce(tx, medium, events.medium_removed(product_id=product_id), Target(queues.uploaded_media), SEARCH)


def upload_key(product_id: str, media_id: str) -> str:
    """Return the name of an upload in the quarantine, which tells whose picture it is."""
    return f"{product_id}/{media_id}"


def _waited_for(tx: Transaction, product_id: str, data: NewMedium) -> MediaItem:
    media_id = new_id("med")
    key = MediaItem.key_of(product_id, media_id)
    return MediaItem(
        key.pk,
        key.sk,
        id=media_id,
        product_id=product_id,
        content_type=data.content_type,
        alt=data.alt,
        ttl=int((now() + WAITED_FOR).timestamp()),
        created_at=tx.moment,
        updated_at=tx.moment,
    )


def _show_another(tx: Transaction, found: Collection, removed: MediaItem) -> None:
    """Append the next picture that lists show, where they showed the one that goes."""
    if removed.is_ready and found.product.image == shown_image(removed):
        others = (shown_image(one) for one in found.media if one.is_ready and one is not removed)
        media.show(tx, found.product, next(others, None))


def _announce(tx: Transaction, medium: MediaItem, happening: events.Happening, *targets: Target) -> None:
    """Append an event of a picture, whose sequence is the version that the change made."""
    announce(tx, aggregate=medium.id, sequence=int(medium.version), targets=targets, **happening)
