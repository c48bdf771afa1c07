"""A picture that sample events may name: waited for, with its file in the quarantine."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, Final

from infra.local.clients import client
from infra.local.shop_api import ShopApi

DOT: Final = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mM4Y2wMAAMBATP6P6i/AAAAAElFTkSuQmCC")
"""A PNG of one pixel."""
WANTED: Final = {"content_type": "image/png", "alt": "A sample"}


def media_facts(api: ShopApi, product_id: str, *, admin: str) -> dict[str, str]:
    """Return a picture of a product that waits to be looked at; a shop that is kept may have one from before."""
    from pushcart import queues

    path, bucket = f"/products/{product_id}/media", queues.uploads.bucket_name
    kept: list[Any] = [one for one in api.call("GET", path, token=admin) if one["status"] == "pending"]
    media_id: str = (kept[0] if kept else api.call("POST", path, WANTED, token=admin))["id"]
    client("s3").put_object(Bucket=bucket, Key=f"{product_id}/{media_id}", Body=DOT, ContentType="image/png")
    return {"media_id": media_id, "uploads_bucket": bucket}
