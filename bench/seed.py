"""What the stub answers and the handlers are given: the demo shop's own items and events.

The shop is made by its API in moto, and the very events that the gateway hands to the two routes are caught, with all
tables as they stand before the order is placed. Run as a process of its own, since it changes its environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from infra.local import moto_backend
from infra.local.clients import client
from infra.local.cloud import Cloud
from infra.local.gateway import Gateway
from infra.local.lambda_context import invoke
from infra.local.seed import CUSTOMER, seed
from infra.local.shop_api import PASSWORD
from utils.declarations import Loaded
from utils.sealing import pepper
from utils.settings import setting
from utils.tables import PARTITION_KEY, SORT_KEY

API: Final = "/api/v1"
LINES: Final = 2
A_DAY: Final = 24 * 60 * 60
CAUGHT: Final = {"get_product": "get", "place_order": "post"}
SETTINGS: Final = ("LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "PUSHCART_STAGE", "RESERVATION_SECONDS", "SHOP_CURRENCY")
OURS: Final = ("TABLE_", "QUEUE_", "TOPIC_", "KEY_", "SECRET_", "MAIL_", "TOKEN_", "PAYMENT_", "TRACE_")


def main(folder: Path) -> None:
    """Write ``seed.json`` (items, secret, environment), ``get.json`` and ``post.json`` into ``folder``."""
    moto_backend.start()
    cloud = Cloud.start()
    seed(cloud)
    events = _events(cloud)
    content = {"items": _items(), "secret": _secret(), "environment": _environment(cloud.environment)}
    (folder / "seed.json").write_text(json.dumps(content))
    for name, event in events.items():
        (folder / f"{name}.json").write_text(json.dumps(event))


def _events(cloud: Cloud) -> dict[str, Any]:
    """Catch the events of a product read and of a customer's order over two lines; the order is not placed."""
    caught: dict[str, Any] = {}

    def catch(loaded: Loaded, event: dict[str, Any]) -> Any:
        if loaded.declaration.name not in CAUGHT:
            return invoke(loaded, event)
        caught[CAUGHT[loaded.declaration.name]] = event
        return {"statusCode": 200}

    gateway = Gateway(cloud.functions, call=catch)
    login = _call(cloud.gateway, "POST", "/auth/login", {"email": CUSTOMER, "password": PASSWORD})
    token = login["access_token"]
    products = _call(cloud.gateway, "GET", "/products")[:LINES]
    cart = _call(cloud.gateway, "POST", "/carts", {}, token)
    for product in products:
        variants = _call(cloud.gateway, "GET", f"/products/{product['id']}")["variants"]
        sku = next(variant["sku"] for variant in variants if variant["availability"] != "out_of_stock")
        _call(cloud.gateway, "POST", f"/carts/{cart['id']}/items", {"sku": sku, "quantity": 1}, token)
    gateway.handle("GET", f"{API}/products/{products[0]['id']}", "", _headers())
    order = {"cart_id": cart["id"], "payment": {"provider": "sandbox", "token": "tok_success"}}
    gateway.handle("POST", f"{API}/orders", "", _headers(token), json.dumps(order))
    caught["post"]["requestContext"]["authorizer"]["lambda"]["exp"] += A_DAY  # longer than any run
    return caught


def _headers(token: str = "") -> dict[str, str]:
    headers = {"content-type": "application/json", "idempotency-key": "bench-0001", "user-agent": "bench"}
    return headers | ({"authorization": f"Bearer {token}"} if token else {})


def _call(gateway: Gateway, method: str, path: str, body: Any = None, token: str = "") -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    headers = _headers(token) | {"idempotency-key": f"{method} {path} {len(content)}"}
    answer = gateway.handle(method, API + path, "", headers, content)
    if answer.status >= 400:
        raise SystemExit(f"bench: the demo shop cannot be made: {method} {path}: {answer.status} {answer.body!r}")
    return answer.json()["data"]


def _items() -> dict[str, dict[str, list[Any]]]:
    tables: dict[str, dict[str, list[Any]]] = {}
    dynamodb = client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        partitions = tables.setdefault(name, {})
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            for item in sorted(page["Items"], key=lambda item: str(item[SORT_KEY]["S"])):
                partitions.setdefault(item[PARTITION_KEY]["S"], []).append(item)
    return tables


def _secret() -> str:
    return str(client("secretsmanager").get_secret_value(SecretId=setting(pepper.env))["SecretString"])


def _environment(provisioned: dict[str, str]) -> dict[str, str]:
    """Return what a function has in Lambda: our settings, the region and credentials."""
    ours = {name: value for name, value in provisioned.items() if name.startswith(OURS) or name in SETTINGS}
    credentials = {
        name: value for name, value in moto_backend.ENVIRONMENT.items() if name.startswith("AWS_") and "EC2" not in name
    }
    return {**ours, **credentials, "AWS_LAMBDA_FUNCTION_NAME": "bench"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
