"""Stripe's PaymentIntents and Refunds, told as the port tells charges."""

from __future__ import annotations

from typing import Any, Final

from pushcart.payments.ports import Charge, GivenBack, NoAnswer
from pushcart.payments.stripe_provider.amounts import Inexpressible, from_stripe
from pushcart.payments.stripe_provider.statuses import (
    PAYMENT_STATUSES,
    REFUND_FAILED,
    REFUND_STATUSES,
    failure_code,
    next_action,
)
from pushcart.states import PaymentStatus, RefundStatus

CHARGE_KEY: Final = "charge_key"
REFUND_KEY: Final = "refund_key"
"""The metadata that carry our keys."""


def told(intent: dict[str, Any], refunds: list[dict[str, Any]]) -> Charge:
    """Return the charge that a PaymentIntent is, with all refunds of it.

    Raises
    ------
    NoAnswer
        When it says what we do not understand: nothing is concluded from that.
    """
    try:
        return _told(intent, refunds)
    except (KeyError, TypeError, AttributeError, Inexpressible) as strange:
        raise NoAnswer(f"stripe answers what we cannot read: {type(strange).__name__}") from strange


def _told(intent: dict[str, Any], refunds: list[dict[str, Any]]) -> Charge:
    currency = str(intent["currency"]).upper()
    amount = from_stripe(int(intent["amount"]), currency)
    captured = from_stripe(int(intent.get("amount_received") or 0), currency)
    given_back = tuple(_given_back(refund, currency) for refund in refunds)
    refunded = sum(one.amount for one in given_back if one.status is RefundStatus.SUCCEEDED)
    status = _status(PAYMENT_STATUSES[intent["status"]], amount, captured, refunded)
    trouble = intent.get("last_payment_error") or {}
    waits = status is PaymentStatus.REQUIRES_ACTION
    return Charge(
        key=str((intent.get("metadata") or {}).get(CHARGE_KEY, "")),
        reference=str(intent["id"]),
        status=status,
        amount=amount,
        currency=currency,
        captured=captured,
        refunded=refunded,
        failure_code=_failure(trouble) if status is PaymentStatus.FAILED else None,
        next_action=next_action(intent.get("next_action")) if waits else None,
        refunds=given_back,
    )


def _status(plain: PaymentStatus, amount: int, captured: int, refunded: int) -> PaymentStatus:
    if plain is not PaymentStatus.CAPTURED:
        return plain
    if refunded:
        return PaymentStatus.REFUNDED if refunded >= captured else PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.CAPTURED if captured >= amount else PaymentStatus.PARTIALLY_CAPTURED


def _failure(trouble: dict[str, Any]) -> str:
    return failure_code(trouble.get("decline_code"), trouble.get("code"))


def _given_back(refund: dict[str, Any], currency: str) -> GivenBack:
    status = REFUND_STATUSES[refund["status"]]
    return GivenBack(
        key=str((refund.get("metadata") or {}).get(REFUND_KEY, "")),
        status=status,
        amount=from_stripe(int(refund["amount"]), currency),
        failure_code=REFUND_FAILED if status is RefundStatus.FAILED else None,
    )
