"""Every read and write of payments."""

from __future__ import annotations

from typing import Any

from pushcart import tables
from pushcart.payments.models import OPEN, PaymentItem, Told
from utils.errors import Conflict, Overtaken
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def payment_key(order_id: str, payment_id: str) -> Key:
    return PaymentItem.key_of(order_id, payment_id)


def add(tx: Transaction, payment: PaymentItem) -> None:
    """Append a new attempt."""
    tx.create(payment, taken=Conflict("This attempt to pay was made already."))


def mark_sent(payment: PaymentItem) -> None:
    """Write, before the provider is first called, that it may have been.

    Raises
    ------
    Overtaken
        When somebody else has moved the attempt: it is not ours to send.
    """
    tx = Transaction()
    amend(tx, payment, refused=Overtaken(), sent_at=tx.moment)
    tx.commit()


def keep_open(payment: PaymentItem) -> None:
    """Put an attempt back among those that the reconciler looks at: its money is not where it belongs."""
    if not payment.open_shard:
        tx = Transaction()
        amend(tx, payment, refused=Overtaken(), open_shard=OPEN)
        tx.commit()


def record(tx: Transaction, payment: PaymentItem, told: Told, *, settled: bool) -> None:
    """Append the update of an attempt to what is told of it, on condition that it has not moved since.

    Parameters
    ----------
    settled
        Nothing more is to come: it leaves the index of open payments, and its token is forgotten.
    """
    closed: dict[str, Any] = {"open_shard": None, "token": None} if settled else {}
    amend(
        tx,
        payment,
        when=PaymentItem.status == payment.status,
        refused=Overtaken(),
        status=str(told.status),
        captured=told.captured,
        refunded=told.refunded,
        failure_code=told.failure_code,
        next_action=told.next_action,
        provider_ref=told.reference or payment.provider_ref,
        **closed,
    )


def open_until(moment: str, *, limit: int, start: dict[str, Any] | None) -> Page[PaymentItem]:
    """Return the keys of attempts that were made at ``moment`` or before and whose outcome is still to come."""
    return query(PaymentItem, OPEN, index=tables.orders["open_payments"], until=moment, limit=limit, start=start)
