"""GET /api/v1/products/{product_id} on a bare botocore client: the least that the work can cost."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import wire  # type: ignore[import-not-found]

dynamodb: Any = botocore.session.get_session().create_client("dynamodb")


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    items = dynamodb.query(**wire.product_query(event["pathParameters"]["product_id"]))["Items"]
    meta = {
        "timestamp": wire.timestamp(),
        "version": "1.0",
        "request_id": event["requestContext"]["requestId"],
    }
    body = {"success": True, "data": wire.product_of(items), "meta": meta, "errors": []}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
