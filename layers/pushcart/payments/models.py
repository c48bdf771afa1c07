"""The payment items of the ``orders`` table: each attempt to pay lies beside its order."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NamedTuple

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.payments.ports import Charge
from pushcart.states import PaymentStatus
from utils.models import Item, Key

OPEN: Final = "OPEN#0"
"""The partition of the ``open_payments`` index: attempts and refunds whose outcome is still to come."""
ALL: Final = "PAYMENTS#0"
"""The partition of the ``payments`` index; more are a setting's matter where traffic asks for them, never a day's."""

AskedFor = Literal["capture", "void"]

_CHARGE_KEY: Final = re.compile(r"(ord_[0-9A-HJKMNP-TV-Z]{26}):(\d{1,3})")
_PAYMENT_ID: Final = re.compile(r"pay_([0-9A-HJKMNP-TV-Z]{26})_(\d{1,3})")


class PaymentItem(Item):
    """One attempt to pay. The payments queue is the only writer once it is there.

    ``sent_at`` is set before the provider is first called: from then on nobody charges without asking it first.
    ``capture`` is ``automatic`` or ``manual``. ``refunding`` is what is promised to refunds that are pending: no more
    than captured less refunded. ``asked_for`` is what staff wants done with it until it is (``capture`` or ``void``;
    ``asked_amount`` where not all is to be taken). ``open_shard`` is there until its outcome is known.
    """

    table = tables.orders
    id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    attempt = NumberAttribute()
    provider = UnicodeAttribute()
    token = UnicodeAttribute(null=True)
    capture = UnicodeAttribute(default="automatic")
    status = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    captured = NumberAttribute(default=0)
    refunded = NumberAttribute(default=0)
    refunding = NumberAttribute(default=0)
    asked_for = UnicodeAttribute(null=True)
    asked_amount = NumberAttribute(null=True)
    failure_code = UnicodeAttribute(null=True)
    next_action = JSONAttribute(null=True)
    provider_ref = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    open_shard = UnicodeAttribute(null=True)
    open_since = UnicodeAttribute()
    payments_shard = UnicodeAttribute(default=ALL)
    status_shard = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, order_id: str, payment_id: str) -> Key:
        return Key(cls, f"ORDER#{order_id}", f"PAYMENT#{payment_id}")

    @property
    def order_of_key(self) -> str:
        """The order's id, where only the keys were read."""
        return str(self.pk).removeprefix("ORDER#")

    @property
    def id_of_key(self) -> str:
        """The payment's id, where only the keys were read."""
        return str(self.sk).removeprefix("PAYMENT#")

    @property
    def refund_id_of_key(self) -> str | None:
        """The refund's id, where only the keys were read and they are a refund's: it shares the index."""
        kind, _, name = str(self.sk).partition("#")
        return name if kind == "REFUND" else None

    @property
    def charge_key(self) -> str:
        """The key under which the provider knows this attempt, and charges at most once."""
        return charge_key(self.order_id, int(self.attempt))

    @property
    def refundable(self) -> int:
        """What can still be given back: captured, less what went back and what is on its way."""
        return max(0, int(self.captured) - int(self.refunded) - int(self.refunding))

    @property
    def holds_nothing(self) -> bool:
        """Whether none of the buyer's money is kept, nor any on its way back."""
        return int(self.captured) == int(self.refunded) and not self.refunding


class Told(NamedTuple):
    """What is known of an attempt, from the provider or, where that needs no asking, from ourselves."""

    status: PaymentStatus
    captured: int = 0
    refunded: int = 0
    failure_code: str | None = None
    next_action: dict[str, Any] | None = None
    reference: str | None = None

    @classmethod
    def by(cls, charge: Charge) -> Told:
        return cls(
            charge.status, charge.captured, charge.refunded, charge.failure_code, charge.next_action, charge.reference
        )

    def is_news(self, payment: PaymentItem) -> bool:
        """Whether this is not what ``payment`` says already."""
        known = (payment.status, int(payment.captured), int(payment.refunded), payment.next_action)
        return known != (self.status, self.captured, self.refunded, self.next_action)


def payment_id(order_id: str, attempt: int) -> str:
    """Return the id of an order's ``attempt``-th payment: it carries its order's, so that one read finds it.

    Example
    -------
    >>> payment_id("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", 2)
    'pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_2'
    """
    return f"pay_{order_id.partition('_')[2]}_{attempt}"


def order_id_of(payment_id: str) -> str | None:
    """Return the id of the order that a payment belongs to, ``None`` when it is no payment's id."""
    match = _PAYMENT_ID.fullmatch(payment_id)
    return f"ord_{match[1]}" if match else None


def charge_of(key: str) -> tuple[str, str] | None:
    """Return the ids of the order and the payment that a provider's charge is for, ``None`` when it is none of ours.

    Example
    -------
    >>> charge_of("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:2")
    ('ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T', 'pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_2')
    """
    match = _CHARGE_KEY.fullmatch(key)
    return (match[1], payment_id(match[1], int(match[2]))) if match else None


def status_shard(status: str) -> str:
    """Return the partition of the ``by_status`` index that attempts of ``status`` are in, apart from orders."""
    return f"payment_{status}#0"


def charge_key(order_id: str, attempt: int) -> str:
    return f"{order_id}:{attempt}"


def summary_of(payment: PaymentItem) -> dict[str, Any]:
    """Return what the order keeps of its latest payment: all that clients are shown of it."""
    return {
        "id": payment.id,
        "provider": payment.provider,
        "status": payment.status,
        "amount": int(payment.amount),
        "currency": payment.currency,
        "captured": int(payment.captured),
        "refunded": int(payment.refunded),
        "refunding": int(payment.refunding),
        "failure_code": payment.failure_code,
        "next_action": payment.next_action,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
        "version": int(payment.version),
    }
