"""Pictures as the API answers them."""

from __future__ import annotations

from typing import Any, Literal, cast

from pushcart.catalog.models.media import MediaItem
from pushcart.catalog.schemas.media import Medium, Picture, Thumbnail
from utils.settings import setting

Status = Literal["pending", "ready", "rejected"]


def medium_of(item: MediaItem) -> Medium:
    """Show a picture, with addresses and a size where it has been drawn."""
    original: dict[str, Any] = item.original or {}
    return Medium(
        id=item.id,
        status=cast(Status, item.status),
        url=url_of(original.get("key")),
        thumbnails=[
            Thumbnail(url=f"{url_of(one['key'])}", width=one["width"], height=one["height"]) for one in item.thumbnails
        ],
        width=original.get("width"),
        height=original.get("height"),
        alt=item.alt,
        reason=item.reason,
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def picture_of(item: MediaItem) -> Picture:
    """Show a picture that is ready."""
    return Picture(**dict(medium_of(item)))


def url_of(key: str | None) -> str | None:
    """Return the address of an object of the bucket ``media``: anybody may read it there.

    Example
    -------
    >>> url_of("prd_1/med_1/320.webp")  # doctest: +SKIP
    'https://d111111abcdef8.cloudfront.net/prd_1/med_1/320.webp'
    """
    return None if key is None else f"{setting('MEDIA_URL')}/{key}"


def shown_image(item: MediaItem) -> str:
    """Return the key of the copy by which lists show a product: the smallest."""
    key: str = item.thumbnails[0]["key"]
    return key
