"""Every read and write of payments and their refunds."""

from __future__ import annotations

from typing import Any, Final

from pushcart import tables
from pushcart.payments.models import ALL, OPEN, PaymentItem, Told, status_shard
from pushcart.payments.refunds import RefundItem
from pushcart.states import RefundStatus
from utils.errors import Conflict, Overtaken
from utils.models import Key
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

_ALL: Final = tables.orders["payments"]
_BY_STATUS: Final = tables.orders["by_status"]
_OPEN: Final = tables.orders["open_payments"]


def payment_key(order_id: str, payment_id: str) -> Key:
    return PaymentItem.key_of(order_id, payment_id)


def refund_key(order_id: str, refund_id: str) -> Key:
    return RefundItem.key_of(order_id, refund_id)


def add(tx: Transaction, payment: PaymentItem) -> None:
    """Append a new attempt."""
    tx.create(payment, taken=Conflict("This attempt to pay was made already."))


def mark_sent(item: PaymentItem | RefundItem) -> None:
    """Write, before the provider is first asked to move money, that it may have been.

    Raises
    ------
    Overtaken
        When somebody else has moved it: it is not ours to send.
    """
    tx = Transaction()
    amend(tx, item, refused=Overtaken(), sent_at=tx.moment)
    tx.commit()


def keep_open(payment: PaymentItem) -> None:
    """Put an attempt back among those that the reconciler looks at: its money is not where it belongs."""
    if not payment.open_shard:
        tx = Transaction()
        amend(tx, payment, refused=Overtaken(), open_shard=OPEN)
        tx.commit()


def close(payment: PaymentItem) -> None:
    """Take an attempt out of what the reconciler looks at: it was asked after, and all is as it should be."""
    if payment.open_shard:
        tx = Transaction()
        amend(tx, payment, refused=Overtaken(), open_shard=None)
        tx.commit()


def ask_for(tx: Transaction, payment: PaymentItem, *, what: str, amount: int | None = None) -> None:
    """Append what staff wants done with an attempt. It is open until that is done, so that it is never forgotten."""
    amend(tx, payment, refused=Overtaken(), asked_for=what, asked_amount=amount, open_shard=OPEN)


def record(tx: Transaction, payment: PaymentItem, told: Told, *, settled: bool, refunding: int) -> None:
    """Append the update of an attempt to what is told of it, on condition that it has not moved since.

    Parameters
    ----------
    settled
        Nothing more is to come: it leaves the index of open payments, and its token is forgotten.
    refunding
        What is still promised to refunds that are pending.
    """
    closed: dict[str, Any] = {"open_shard": None, "token": None, "asked_for": None, "asked_amount": None}
    amend(
        tx,
        payment,
        when=PaymentItem.status == payment.status,
        refused=Overtaken(),
        status=str(told.status),
        status_shard=status_shard(told.status),
        captured=told.captured,
        refunded=told.refunded,
        refunding=refunding,
        failure_code=told.failure_code,
        next_action=told.next_action,
        # It is never taken away: an adapter may have written it since ``payment`` was read.
        **({"provider_ref": told.reference} if told.reference else {}),
        **(closed if settled else {}),
    )


def promise(tx: Transaction, payment: PaymentItem, *, refunding: int) -> None:
    """Append what of an attempt's money is promised to refunds, on condition that none of it moved since."""
    amend(tx, payment, refused=Overtaken(), refunding=refunding)


def add_refund(tx: Transaction, refund: RefundItem) -> None:
    """Append a new refund."""
    tx.create(refund, taken=Overtaken())


def end_refund(tx: Transaction, refund: RefundItem, status: RefundStatus, failure_code: str | None) -> None:
    """Append the outcome of a refund, on condition that it has none yet."""
    amend(
        tx,
        refund,
        when=RefundItem.status == str(RefundStatus.PENDING),
        refused=Overtaken(),
        status=str(status),
        failure_code=failure_code,
        open_shard=None,
    )


def open_until(moment: str, *, limit: int, start: dict[str, Any] | None) -> Page[PaymentItem]:
    """Return the keys of attempts and refunds of ``moment`` or before whose outcome is still to come."""
    return query(PaymentItem, OPEN, index=_OPEN, until=moment, limit=limit, start=start)


def everything(*, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[PaymentItem]:
    """Return a page of all attempts to pay by the time they were made."""
    return query(PaymentItem, ALL, index=_ALL, descending=descending, limit=limit, start=start)


def made_until(moment: str, *, limit: int, start: dict[str, Any] | None) -> Page[PaymentItem]:
    """Return a page of the attempts to pay that were made at ``moment`` or before, the latest first."""
    return query(PaymentItem, ALL, index=_ALL, until=moment, descending=True, limit=limit, start=start)


def of_status(status: str, *, limit: int, descending: bool, start: dict[str, Any] | None) -> Page[PaymentItem]:
    """Return a page of the attempts to pay in one state."""
    shard = status_shard(status)
    return query(PaymentItem, shard, index=_BY_STATUS, descending=descending, limit=limit, start=start)
