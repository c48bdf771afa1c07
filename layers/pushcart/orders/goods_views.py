"""Parcels and returns as the API answers them, and as their order keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushcart.money import Money
from pushcart.orders.goods_schemas import Fulfillment, FulfillmentSummary, GoodsLine, Return, ReturnSummary, Tracking
from pushcart.orders.models import FulfillmentItem, ReturnItem
from pushcart.orders.progress import Summary


def parcel_summary(parcel: FulfillmentItem) -> Summary:
    """Return what the order keeps of a parcel: units by SKU, and all that is shown of it."""
    return {
        "id": parcel.id,
        "status": parcel.status,
        "lines": {line["sku"]: int(line["quantity"]) for line in parcel.lines},
        "tracking": parcel.tracking,
        "shipped_at": parcel.created_at,
        "delivered_at": parcel.delivered_at,
    }


def return_summary(item: ReturnItem) -> Summary:
    """Return what the order keeps of a return."""
    return {
        "id": item.id,
        "status": item.status,
        "reason": item.reason,
        "lines": {line["sku"]: int(line["quantity"]) for line in item.lines},
        "created_at": item.created_at,
        "refund_id": None,
    }


def fulfillment_of(parcel: FulfillmentItem) -> Fulfillment:
    """Show a parcel."""
    return Fulfillment(
        **_parcel_fields(parcel_summary(parcel)),
        order_id=parcel.order_id,
        created_at=parcel.created_at,
        updated_at=parcel.updated_at,
        version=int(parcel.version),
    )


def summary_of_parcel(summary: Summary) -> FulfillmentSummary:
    """Show a parcel within its order."""
    return FulfillmentSummary(**_parcel_fields(summary))


def return_of(item: ReturnItem) -> Return:
    """Show a return."""
    return Return(
        **_return_fields(return_summary(item)),
        order_id=item.order_id,
        amount=Money(amount=int(item.amount), currency=item.currency),
        received=item.received,
        refund_id=item.refund_id,
        rejection_reason=item.rejection_reason,
        updated_at=item.updated_at,
        version=int(item.version),
    )


def summary_of_return(summary: Summary) -> ReturnSummary:
    """Show a return within its order."""
    return ReturnSummary(**_return_fields(summary))


def _parcel_fields(summary: Summary) -> dict[str, Any]:
    tracking = Tracking(**summary["tracking"]) if summary["tracking"] else None
    return {**summary, "lines": _lines(summary["lines"]), "tracking": tracking}


def _return_fields(summary: Summary) -> dict[str, Any]:
    shown = {name: summary[name] for name in ("id", "status", "reason", "created_at")}
    return {**shown, "lines": _lines(summary["lines"])}


def _lines(units: Mapping[str, int]) -> list[GoodsLine]:
    return [GoodsLine(sku=sku, quantity=int(quantity)) for sku, quantity in units.items()]
