"""Refunds as they are stored, where nobody needs the money to have moved."""

from __future__ import annotations

from pushcart.payments.refunds import RefundItem
from pushcart.states import RefundStatus
from Test_py.support.shopping import Placed
from utils.clock import now, rfc3339
from utils.transaction import Transaction


def kept_refund(order_id: str) -> str:
    """Keep a refund of an order's first payment, as if it had succeeded, and return its id."""
    ulid, moment = order_id.partition("_")[2], rfc3339(now())
    refund_id = f"ref_{ulid}_1"
    key = RefundItem.key_of(order_id, refund_id)
    tx = Transaction()
    tx.put(
        RefundItem(
            key.pk,
            key.sk,
            id=refund_id,
            order_id=order_id,
            payment_id=f"pay_{ulid}_1",
            amount=100,
            currency="EUR",
            reason="A scratch",
            requested_by="usr_somebody",
            status=str(RefundStatus.SUCCEEDED),
            open_since=moment,
            created_at=moment,
            updated_at=moment,
        )
    )
    tx.commit()
    return refund_id


def path_of(order: Placed, what: str) -> str:
    """Return the path of what can be done with an order's first payment: ``refunds``, ``capture``, ``void``."""
    return f"/api/v1/payments/{order.data['payment']['id']}/{what}"
