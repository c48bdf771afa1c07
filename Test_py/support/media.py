"""Pictures of products: waited for, uploaded, and looked at by the worker."""

from __future__ import annotations

import json
from typing import Any

from infra.local.clients import client
from pushcart import queues
from Test_py.support.client import Api, Reply
from Test_py.support.pictures import picture, posted

ALT = "A red mug"


def path_of(product: Any) -> str:
    return f"/api/v1/products/{product['id']}/media"


def wait_for(api: Api, manager: str, product: Any, content_type: str = "image/png") -> Reply:
    """Ask for the form by which a picture is uploaded."""
    return api.post(path_of(product), json={"content_type": content_type, "alt": ALT}, token=manager)


def uploaded(api: Api, manager: str, product: Any, content: bytes | None = None) -> Any:
    """Upload a picture, and return it as it is waited for: the worker has not seen it yet."""
    waited = wait_for(api, manager, product).data
    answer = posted(waited["upload"], picture(size=(640, 480)) if content is None else content)
    assert answer.status == 204, answer.body
    return waited


def objects_in(bucket: Any) -> list[str]:
    """Return the names of all objects of a bucket."""
    found = client("s3").list_objects_v2(Bucket=bucket.bucket_name).get("Contents", ())
    return sorted(one["Key"] for one in found)


def notification(key: str, bucket: str | None = None) -> str:
    """Return S3's word that an object has arrived."""
    place = {"bucket": {"name": bucket or queues.uploads.bucket_name}, "object": {"key": key, "size": 1}}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Post", "s3": place}]})
