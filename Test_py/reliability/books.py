"""All that the shop and its provider hold, read once, as values that the invariants are checked on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeVar

from infra.local.mailbox import Mail, mails
from infra.local.moto_tables import stored_items
from pushcart import tables
from pushcart.inventory.models import ReservationItem, StockItem
from pushcart.orders.invoice_models import InvoiceItem
from pushcart.orders.models import RETURN_PREFIX, FulfillmentItem, OrderItem, ReturnItem
from pushcart.outbox.models import EventItem
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.models import PaymentItem
from pushcart.payments.refunds import RefundItem
from pushcart.pricing.models import UsesItem
from pushcart.reports.models import FIRST
from utils.models import Item

I = TypeVar("I", bound=Item)  # noqa: E741 - an item


@dataclass(frozen=True, slots=True)
class Books:
    """The shop's items by kind, and the sandbox's charges.

    ``goods`` are states of parcels and returns by order, ``uses`` what is counted of each promotion.
    """

    stock: list[StockItem]
    reservations: dict[str, ReservationItem]
    orders: dict[str, OrderItem]
    payments: dict[str, list[PaymentItem]]
    refunds: dict[str, list[RefundItem]]
    charges: dict[str, list[SandboxCharge]]
    events: dict[str, list[EventItem]]
    mails: list[Mail]
    goods: dict[str, dict[str, str]]
    uses: dict[str, int]
    invoices: dict[str, InvoiceItem]


def read_books() -> Books:
    """Read everything, past the API: no fault stands there."""
    inventory, orders = stored_items(tables.inventory), stored_items(tables.orders)
    ephemeral, events = stored_items(tables.ephemeral), stored_items(tables.events)
    payments: dict[str, list[PaymentItem]] = defaultdict(list)
    for payment in _items(PaymentItem, orders, "ORDER#", "PAYMENT#"):
        payments[payment.order_id].append(payment)
    refunds: dict[str, list[RefundItem]] = defaultdict(list)
    for refund in _items(RefundItem, orders, "ORDER#", "REFUND#"):
        refunds[refund.order_id].append(refund)
    charges: dict[str, list[SandboxCharge]] = defaultdict(list)
    for charge in _items(SandboxCharge, ephemeral, "SANDBOX#", "CHARGE"):
        charges[charge.charge_key.partition(":")[0]].append(charge)
    history: dict[str, list[EventItem]] = defaultdict(list)
    for event in sorted(_items(EventItem, events, "AGG#", ""), key=lambda event: int(event.sequence)):
        history[event.aggregate].append(event)
    goods: dict[str, dict[str, str]] = defaultdict(dict)
    for parcel in _items(FulfillmentItem, orders, "ORDER#", "FULFIL#"):
        goods[parcel.order_id][parcel.id] = parcel.status
    for item in _items(ReturnItem, orders, "ORDER#", RETURN_PREFIX):
        goods[item.order_id][item.id] = item.status
    return Books(
        stock=_items(StockItem, inventory, "SKU#", "LOC#"),
        reservations={item.order_id: item for item in _items(ReservationItem, inventory, "RES#", "META")},
        orders={item.id: item for item in _items(OrderItem, orders, "ORDER#", "META")},
        payments=dict(payments),
        refunds=dict(refunds),
        charges=dict(charges),
        events=dict(history),
        mails=mails(),
        goods=dict(goods),
        uses={
            one.pk.split("#")[1]: int(one.used)
            for one in _items(UsesItem, stored_items(tables.pricing), "USES#", "META")
        },
        invoices={item.order_id: item for item in _items(InvoiceItem, orders, "ORDER#", "INVOICE")},
    )


def read_sums(model: type[I]) -> list[I]:
    """Return the sums of one kind that the reports show, of the only generation that a test's shop has."""
    kind = model.__name__.removesuffix("Item").removesuffix("Report").upper()
    return _items(model, stored_items(tables.reports), f"{FIRST}#{kind}#", "")


def _items(model: type[I], raw: list[dict[str, Any]], pk: str, sk: str) -> list[I]:
    return [
        model.from_raw_data(item) for item in raw if item["pk"]["S"].startswith(pk) and item["sk"]["S"].startswith(sk)
    ]
