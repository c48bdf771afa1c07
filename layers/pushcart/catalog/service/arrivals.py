"""What becomes of an upload: it is looked at in the quarantine, drawn anew, shown, and taken out of the quarantine.

Deliveries come twice and in any order, and a worker may die at any point. Names of objects follow from the picture's
id, the same bytes give the same pictures, and one conditional transaction decides what is shown; so whoever comes
again does the rest. What belongs to no picture (any more) is deleted, the quarantined object last.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from pushcart import queues
from pushcart.catalog import events, pictures
from pushcart.catalog.models.media import MediaItem, MediumStatus
from pushcart.catalog.models.products import ProductItem
from pushcart.catalog.pictures import Picture, Rejected
from pushcart.catalog.repository import media
from pushcart.catalog.service.announcing import SEARCH
from pushcart.catalog.service.media import upload_key
from pushcart.catalog.views_of_media import shown_image
from pushcart.outbox.service import announce
from utils import objects
from utils.log import logger
from utils.messages import EventMessage, ObjectsArrived
from utils.rerun import until_settled
from utils.transaction import Transaction

NAMES: Final = ("original", *map(str, pictures.THUMBNAIL_SIDES))
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""Another picture has another id, so an address never shows anything else."""

_KEY: Final = re.compile(r"(prd_[0-9A-Z]{26})/(med_[0-9A-Z]{26})")


class UnknownObject(ValueError):
    """An object that no form of ours names: somebody with other keys put it into the quarantine."""


def heed(message: ObjectsArrived | EventMessage) -> None:
    """Deal with objects that arrived in the quarantine, or with a picture that was removed.

    Raises
    ------
    UnknownObject
        When an object lies in another bucket, or under a name that is no picture's.
    Unavailable
        When AWS fails, or others were in the way every time: to be tried again.
    """
    if isinstance(message, EventMessage):
        clear(message.data["product_id"], message.aggregate)
        return
    for stored in message.objects:
        known = _KEY.fullmatch(stored.key)
        if known is None or stored.bucket != queues.uploads.bucket_name:
            raise UnknownObject(f"{stored.bucket}/{stored.key}")
        until_settled(partial(_receive, *known.groups()))
        objects.delete(queues.uploads, stored.key)


def clear(product_id: str, media_id: str) -> None:
    """Delete all that there may be of a picture that is gone, from the quarantine too."""
    for name in NAMES:
        objects.delete(queues.media, picture_key(product_id, media_id, name))
    objects.delete(queues.uploads, upload_key(product_id, media_id))


def picture_key(product_id: str, media_id: str, name: str) -> str:
    """Return the name of a picture's copy in the bucket ``media``.

    Example
    -------
    >>> picture_key("prd_1", "med_1", "320")
    'prd_1/med_1/320.webp'
    """
    return f"{upload_key(product_id, media_id)}/{name}.{pictures.SUFFIX}"


def _receive(product_id: str, media_id: str) -> None:
    tx = Transaction()
    medium, product = media.find(tx, product_id, media_id)
    if medium is None or product is None or medium.is_gone:
        clear(product_id, media_id)
        return
    if medium.status != MediumStatus.PENDING:
        return
    try:
        drawn = _drawn(product_id, medium)
    except Rejected as rejected:
        media.settle(tx, medium, status=MediumStatus.REJECTED.value, reason=rejected.fault.value)
        happening = events.medium_rejected(product_id=product_id, reason=rejected.fault.value)
    else:
        if drawn is None:
            logger.warning("upload_is_gone", extra={"media_id": media_id})
            return
        _show(tx, product, medium, [_stored(product_id, media_id, picture) for picture in drawn])
        happening = events.medium_ready(product_id=product_id)
    announce(tx, aggregate=media_id, sequence=int(medium.version), targets=(SEARCH,), **happening)
    tx.commit()


def _drawn(product_id: str, medium: MediaItem) -> list[Picture] | None:
    """Return clean copies of what was uploaded; ``None`` when it is not there any more."""
    try:
        content = objects.read(queues.uploads, upload_key(product_id, medium.id), at_most=pictures.MAX_BYTES)
    except objects.TooLarge:
        raise Rejected(pictures.Fault.TOO_LARGE) from None
    return None if content is None else pictures.draw(content, medium.content_type)


def _stored(product_id: str, media_id: str, picture: Picture) -> dict[str, Any]:
    key = picture_key(product_id, media_id, picture.name)
    objects.write(queues.media, key, picture.content, content_type=pictures.CONTENT_TYPE, CacheControl=FOR_EVER)
    return {"key": key, "width": picture.width, "height": picture.height}


def _show(tx: Transaction, product: ProductItem, medium: MediaItem, stored: list[dict[str, Any]]) -> None:
    original, *thumbnails = stored
    media.settle(tx, medium, status=MediumStatus.READY.value, original=original, thumbnails=thumbnails)
    shown: str | None = product.image
    if shown is None:
        media.show(tx, product, shown_image(medium))
