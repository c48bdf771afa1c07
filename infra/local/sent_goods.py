"""Orders of the demo shop whose goods are on their way, or are to come back: what sample events are about."""

from __future__ import annotations

from typing import Any

from infra.local.cloud import Cloud
from infra.local.shop_api import ShopApi


def sent_goods(cloud: Cloud, api: ShopApi, orders: list[Any], sku: str, *, token: str, admin: str) -> dict[str, str]:
    """Return three orders of one unit of ``sku``, once they are paid: as it is, sent, and sent with an approved return.

    Parameters
    ----------
    orders
        Three orders that were placed just now.
    """
    cloud.pumps.drain()
    paid, sent, coming_back = (str(order["id"]) for order in orders)
    parcel = api.call("POST", f"/orders/{sent}/fulfillments", {}, token=admin)
    api.call("POST", f"/orders/{coming_back}/fulfillments", {}, token=admin)
    wanted = {"lines": [{"sku": sku, "quantity": 1}], "reason": "unwanted"}
    item = api.call("POST", f"/orders/{coming_back}/returns", wanted, token=token)
    payments = {order: api.call("GET", f"/orders/{order}", token=token)["payment"]["id"] for order in (paid, sent)}
    refund = api.call("POST", f"/payments/{payments[sent]}/refunds", {"amount": 1}, token=admin)
    api.call("PATCH", f"/returns/{item['id']}", {"status": "approved"}, token=admin, if_match="*")
    return {
        "paid_order_id": paid,
        "paid_payment_id": payments[paid],
        "refund_id": refund["id"],
        "sent_order_id": sent,
        "fulfillment_id": parcel["id"],
        "return_id": item["id"],
    }
