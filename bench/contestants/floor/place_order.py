"""POST /api/v1/orders on a bare botocore client: no validation, no idempotency, no log; the same three calls."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import wire  # type: ignore[import-not-found]

dynamodb: Any = botocore.session.get_session().create_client("dynamodb")


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    given, caller = json.loads(event["body"]), event["requestContext"]["authorizer"]["lambda"]
    first = dynamodb.batch_get_item(RequestItems=wire.first_read(given["cart_id"], caller))["Responses"]
    cart = wire.plain(first[wire.table("CARTS")][0])
    profile = wire.plain(first[wire.table("ACCOUNTS")][0])
    second = dynamodb.batch_get_item(RequestItems=wire.second_read(json.loads(cart["lines"])))["Responses"]
    variants, stocks = second[wire.table("CATALOG")], second[wire.table("INVENTORY")]
    order = wire.order_of(cart, variants, stocks, profile, given["payment"]["provider"])
    dynamodb.transact_write_items(TransactItems=wire.writes(order, cart, given["payment"]["token"]))
    meta = {"timestamp": wire.timestamp(), "version": "1.0", "request_id": event["requestContext"]["requestId"]}
    body = {"success": True, "data": order, "meta": meta, "errors": []}
    return {"statusCode": 201, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
