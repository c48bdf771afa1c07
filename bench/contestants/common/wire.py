"""The AWS work of both routes as plain requests, shared by the contestants that we measure ourselves against.

It is what our own handlers send, less the idempotency record and the pepper: floor and peer have neither.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

Wire = dict[str, Any]


class Refused(Exception):
    """The order cannot be placed."""


def table(name: str) -> str:
    return os.environ[f"TABLE_{name}"]


def plain(item: Wire) -> Wire:
    """Take DynamoDB's type tags off; numbers are whole."""
    return {name: int(value["N"]) if "N" in value else value.get("S") for name, value in item.items()}


def typed(values: Wire) -> Wire:
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in values.items()}


def key(pk: str, sk: str = "META") -> Wire:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def timestamp(later: int = 0) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=later)  # noqa: TID251 - not our code's clock
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def product_query(product_id: str) -> Wire:
    return {
        "TableName": table("CATALOG"),
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "pk"},
        "ExpressionAttributeValues": {":p": {"S": f"PRODUCT#{product_id}"}},
    }


def product_of(items: list[Wire]) -> Wire:
    """Make the answer's product of its collection."""
    found = [plain(item) for item in items]
    product = next(item for item in found if item["sk"] == "META")
    variants = [_variant(item) for item in found if item["sk"].startswith("VARIANT#")]
    names = ("id", "slug", "title", "description", "status", "availability", "created_at", "updated_at", "version")
    return {
        **{name: product[name] for name in names},
        "category_id": product.get("category_id"),
        "tags": json.loads(product["tags"]),
        "attributes": json.loads(product["attributes"]),
        "media": [],
        "variants": variants,
    }


def _variant(item: Wire) -> Wire:
    names = ("id", "sku", "title", "availability", "created_at", "updated_at", "version")
    prices = json.loads(item["prices"])
    return {
        **{name: item[name] for name in names},
        "options": json.loads(item["options"]),
        "prices": [money(amount, currency) for currency, amount in prices.items()],
        "weight_grams": item.get("weight_grams"),
    }


def money(amount: int, currency: str = "EUR") -> Wire:
    return {"amount": amount, "currency": currency}


def first_read(cart_id: str, caller: Wire) -> Wire:
    """Cart, profile and session, in one call."""
    user = f"USER#{caller['sub']}"
    owned = [key(user, "PROFILE"), key(user, f"SESSION#{caller['sid']}")]
    return {
        table("CARTS"): {"Keys": [key(f"CART#{cart_id}")], "ConsistentRead": True},
        table("ACCOUNTS"): {"Keys": owned, "ConsistentRead": True},
    }


def second_read(lines: list[Wire]) -> Wire:
    """Variants and stock, in one call."""
    variants = [key(f"PRODUCT#{line['product_id']}", f"VARIANT#{line['sku']}") for line in lines]
    stocks = [key(f"SKU#{line['sku']}", "LOC#main") for line in lines]
    return {
        table("CATALOG"): {"Keys": variants, "ConsistentRead": True},
        table("INVENTORY"): {"Keys": stocks, "ConsistentRead": True},
    }


def order_of(cart: Wire, variants: list[Wire], stocks: list[Wire], profile: Wire, provider: str) -> Wire:
    """Make the answer's order; refuse what is not sold or short."""
    by_sku = {item["sku"]: item for item in map(plain, variants)}
    held = {item["pk"].removeprefix("SKU#"): item for item in map(plain, stocks)}
    lines = []
    for line in json.loads(cart["lines"]):
        variant = by_sku[line["sku"]]
        if variant["status"] != "active" or held[line["sku"]]["available"] < line["quantity"]:
            raise Refused(line["sku"])
        price = json.loads(variant["prices"])["EUR"]
        lines.append(
            {
                "sku": line["sku"],
                "title": variant["title"],
                "quantity": line["quantity"],
                "unit_price": money(price),
                "total": money(price * line["quantity"]),
            }
        )
    total, order_id, moment = (
        sum(line["total"]["amount"] for line in lines),
        f"ord_{secrets.token_hex(13)}",
        timestamp(),
    )
    stored = {"created_at": moment, "updated_at": moment, "version": 1}
    payment = {"id": f"pay_{order_id[4:]}_1", "order_id": order_id, "provider": provider, "status": "processing"}
    return {
        "id": order_id,
        "number": secrets.token_hex(5)[:9].upper(),
        "customer_id": cart["owner_id"],
        "currency": "EUR",
        "lines": lines,
        "totals": {
            "subtotal": money(total),
            "discount": money(0),
            "shipping": money(0),
            "tax": money(0),
            "total": money(total),
        },
        "status": "pending_payment",
        "payment_status": "processing",
        "fulfillment_status": "unfulfilled",
        "payment": {**payment, "amount": money(total), "captured": 0, "refunded": 0, **stored},
        "held_until": timestamp(900),
        "placed_at": moment,
        "email": profile["email"],
        **stored,
    }


def writes(order: Wire, cart: Wire, token: str) -> list[Wire]:
    """Return the transaction's pieces: cart, stock, reservation, order, contact, number, payment and two events."""
    total, moment = order["totals"]["total"]["amount"], order["placed_at"]
    lines = [{"sku": line["sku"], "location_id": "main", "quantity": line["quantity"]} for line in order["lines"]]
    stored = {"created_at": moment, "updated_at": moment, "version": 1}
    pieces = [_convert(cart, order["id"], moment), *(_take(line, moment) for line in lines)]
    held = {"lines": json.dumps(lines), "status": "held", "held_shard": "HELD#0", "held_until": order["held_until"]}
    kept = {name: order[name] for name in ("id", "number", "customer_id", "currency", "status", "payment_status")}
    texts = {name: json.dumps(order[name]) for name in ("lines", "totals", "payment")}
    payment = {"id": order["payment"]["id"], "provider": "sandbox", "token": token, "status": "processing"}
    open_ = {"amount": total, "captured": 0, "refunded": 0, "open_shard": "OPEN#0", "open_since": moment}
    pieces += [
        _put("INVENTORY", f"RES#{order['id']}", "META", held | stored),
        _put("ORDERS", f"ORDER#{order['id']}", "META", kept | texts | stored),
        _put("ORDERS", f"ORDER#{order['id']}", "CONTACT", {"email": order["email"]}),
        _put("ORDERS", f"NUMBER#{order['number']}", "META", {"order_id": order["id"]}),
        _put("ORDERS", f"ORDER#{order['id']}", f"PAYMENT#{order['payment']['id']}", payment | open_ | stored),
        _event(order["id"], 1, "order.placed", {"total": total, "lines": lines}, moment),
        _event(order["id"], 2, "payment.due", {"order_id": order["id"], "attempt": 1}, moment),
    ]
    return pieces


def _put(name: str, pk: str, sk: str, values: Wire) -> Wire:
    return {
        "Put": {
            "TableName": table(name),
            "Item": {**key(pk, sk), **typed(values)},
            "ConditionExpression": "attribute_not_exists(#k)",
            "ExpressionAttributeNames": {"#k": "pk"},
        }
    }


def _event(aggregate: str, sequence: int, kind: str, data: Wire, moment: str) -> Wire:
    values = {
        "id": f"evt_{secrets.token_hex(13)}",
        "type": kind,
        "aggregate": aggregate,
        "sequence": sequence,
        "schema_version": 1,
        "occurred_at": moment,
        "data": json.dumps(data),
        "targets": "[]",
        "pending_shard": "PENDING#0",
        "day_shard": f"DAY#{moment[:10]}#0",
    }
    return _put("EVENTS", f"AGG#{aggregate}", f"{sequence:010d}", values)


def _convert(cart: Wire, order_id: str, moment: str) -> Wire:
    return {
        "Update": {
            "TableName": table("CARTS"),
            "Key": key(cart["pk"]),
            "UpdateExpression": "SET #s = :c, #o = :i, #u = :t, #v = #v + :one",
            "ConditionExpression": "#v = :v AND #s = :open",
            "ExpressionAttributeNames": {"#s": "status", "#o": "order_id", "#u": "updated_at", "#v": "version"},
            "ExpressionAttributeValues": typed(
                {":c": "converted", ":i": order_id, ":t": moment, ":one": 1, ":v": cart["version"], ":open": "open"}
            ),
        }
    }


def _take(line: Wire, moment: str) -> Wire:
    return {
        "Update": {
            "TableName": table("INVENTORY"),
            "Key": key(f"SKU#{line['sku']}", "LOC#main"),
            "UpdateExpression": "SET #a = #a - :n, #r = #r + :n, #v = #v + :one, #u = :t",
            "ConditionExpression": "#a >= :n",
            "ExpressionAttributeNames": {"#a": "available", "#r": "reserved", "#v": "version", "#u": "updated_at"},
            "ExpressionAttributeValues": typed({":n": line["quantity"], ":one": 1, ":t": moment}),
        }
    }
