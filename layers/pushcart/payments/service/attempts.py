"""Attempts to pay: how one begins, and how it is shown. Nothing here asks a provider: that is the queue's."""

from __future__ import annotations

import os
from typing import Any, Final, Literal

from pushcart.payments import models, provider, repository
from pushcart.payments.models import PaymentItem
from pushcart.states import PaymentStatus
from utils.errors import ValidationFailed
from utils.transaction import Transaction

NOBODY: Final = "none"
"""The provider of an attempt that was never made."""
MAX_ATTEMPTS: Final = 10
"""Attempts to pay one order. More are no shopper's: somebody is trying out cards."""

Capture = Literal["automatic", "manual"]


def capture_mode() -> Capture:
    """Return whether payments are captured at once or by staff, from ``PAYMENT_CAPTURE`` (automatic by default)."""
    return "manual" if os.environ.get("PAYMENT_CAPTURE") == "manual" else "automatic"


def refuse_unknown(name: str) -> None:
    """Raise :class:`ValidationFailed` unless this stage takes the provider ``name``."""
    if name not in provider.configured():
        taken = ", ".join(provider.configured()) or "none"
        raise ValidationFailed("This shop does not take that provider.", field="payment.provider", detail=taken)


def begin(
    tx: Transaction, *, order_id: str, attempt: int, amount: int, currency: str, provider_name: str, token: str
) -> dict[str, Any]:
    """Append an attempt to pay and return its summary, as the order keeps it.

    The payment is ``processing`` until the payments queue has asked the provider; whoever calls announces
    ``payment.due``.
    """
    moment = tx.moment
    payment_id = models.payment_id(order_id, attempt)
    key = repository.payment_key(order_id, payment_id)
    payment = PaymentItem(
        key.pk,
        key.sk,
        id=payment_id,
        order_id=order_id,
        attempt=attempt,
        provider=provider_name,
        token=token,
        capture=capture_mode(),
        status=str(PaymentStatus.PROCESSING),
        amount=amount,
        currency=currency,
        open_shard=models.OPEN,
        open_since=moment,
        status_shard=models.status_shard(PaymentStatus.PROCESSING),
        created_at=moment,
        updated_at=moment,
    )
    repository.add(tx, payment)
    return models.summary_of(payment)


def unmade(tx: Transaction, *, order_id: str, amount: int, currency: str) -> dict[str, Any]:
    """Append the first attempt of an order that nobody has tried to pay yet, and return its summary.

    It is void from the start and was never sent, so that no provider is ever asked about it, nothing is concluded
    from it, and the buyer's own attempt may follow at once.
    """
    moment = tx.moment
    payment_id = models.payment_id(order_id, 1)
    key = repository.payment_key(order_id, payment_id)
    payment = PaymentItem(
        key.pk,
        key.sk,
        id=payment_id,
        order_id=order_id,
        attempt=1,
        provider=NOBODY,
        status=str(PaymentStatus.VOIDED),
        amount=amount,
        currency=currency,
        open_since=moment,
        status_shard=models.status_shard(PaymentStatus.VOIDED),
        created_at=moment,
        updated_at=moment,
    )
    repository.add(tx, payment)
    return models.summary_of(payment)
