"""The refund items of the ``orders`` table: each lies beside its order, as its payment does."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.children import order_id_of as order_of_child
from pushcart.states import RefundStatus
from utils.models import Item, Key


class RefundItem(Item):
    """Money that is to go back. The payments queue is the only writer once it is there.

    ``sent_at`` is set before the provider is first called. ``open_shard`` is there until its outcome is known.
    ``requested_by`` is the id of whoever asked, ``system`` where an order ends.
    """

    table = tables.orders
    id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    payment_id = UnicodeAttribute()
    return_id = UnicodeAttribute(null=True)
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    requested_by = UnicodeAttribute()
    status = UnicodeAttribute()
    failure_code = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    open_shard = UnicodeAttribute(null=True)
    open_since = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str, refund_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", f"REFUND#{refund_id}")

    @property
    def is_pending(self) -> bool:
        return bool(self.status == RefundStatus.PENDING)


def order_id_of(refund_id: str) -> str | None:
    """Return the id of the order that a refund belongs to, ``None`` when it is no refund's id."""
    return order_of_child("ref", refund_id)


def refund_key(charge_key: str, refund_id: str) -> str:
    """Return the key under which the provider knows a refund, and makes it at most once.

    Example
    -------
    >>> refund_key("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1", "ref_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1")
    'ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1:ref_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1'
    """
    return f"{charge_key}:{refund_id}"


def refund_id_of(key: str, charge_key: str) -> str | None:
    """Return the id of the refund that a provider's refund of a charge is, ``None`` when it is none that was asked."""
    head, _, refund_id = key.rpartition(":")
    return refund_id if head == charge_key and order_id_of(refund_id) else None


def summary_of(refund: RefundItem) -> dict[str, Any]:
    """Return what is told of a refund: to whoever asked for it, and to whoever sees its order."""
    return {
        "id": refund.id,
        "order_id": refund.order_id,
        "payment_id": refund.payment_id,
        "return_id": refund.return_id,
        "amount": int(refund.amount),
        "currency": refund.currency,
        "reason": refund.reason,
        "status": refund.status,
        "failure_code": refund.failure_code,
        "created_at": refund.created_at,
        "updated_at": refund.updated_at,
        "version": int(refund.version),
    }
