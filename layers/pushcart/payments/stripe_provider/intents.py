"""PaymentIntents at Stripe: made, looked at, and told as charges."""

from __future__ import annotations

from typing import Any, Final

from pushcart.payments.models import charge_of
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.stripe_provider.amounts import Inexpressible, to_stripe
from pushcart.payments.stripe_provider.asking import Refused, asking
from pushcart.payments.stripe_provider.charges import CHARGE_KEY, told
from pushcart.payments.stripe_provider.client import client
from pushcart.payments.stripe_provider.statuses import AMOUNT
from utils.log import logger

WITH_REFUNDS: Final = {"expand": ["latest_charge.refunds"]}
PAGE: Final = 100
METHOD: Final = "pm_"
"""What a payer's browser makes of a card is a PaymentMethod. The older ``tok_…``, of a card alone, is not taken."""

Intent = dict[str, Any]
"""A PaymentIntent as Stripe tells it. It holds the client secret: no part of it is logged or kept but what
:func:`charge_of_intent` takes."""


def make(key: str, *, amount: int, currency: str, token: str, capture: bool) -> str:
    """Make the PaymentIntent of an attempt, which charges nobody, and return its id."""
    if not token.startswith(METHOD):
        raise Refused("invalid_token")
    order_id, payment_id = charge_of(key) or ("", "")
    try:
        units = to_stripe(amount, currency)
    except Inexpressible:
        raise Refused(AMOUNT) from None
    asked = {
        "amount": units,
        "currency": currency.lower(),
        "payment_method": token,
        "capture_method": "automatic" if capture else "manual",
        "metadata": {CHARGE_KEY: key, "order_id": order_id, "payment_id": payment_id},
    }
    with asking("make"):
        made = client().v1.payment_intents.create(asked, {"idempotency_key": f"{key}:make"})
    return str(made["id"])


def look(reference: str, key: str | None) -> Intent:
    """Return a PaymentIntent as Stripe has it now.

    Parameters
    ----------
    key
        Whose it must be; ``None`` for whoever's.

    Raises
    ------
    Refused
        When there is none, where no key is given.
    NoAnswer
        When it is not the one of ``key``: nothing is concluded from somebody else's.
    """
    try:
        with asking("look"):
            found = client().v1.payment_intents.retrieve(reference, dict(WITH_REFUNDS))
    except Refused as unknown:
        if key is None:
            raise
        logger.error("stripe does not know what it made", extra={"charge_key": key})
        raise NoAnswer(f"stripe does not know the charge of {key}") from unknown
    intent: Intent = found.to_dict()
    if key is not None and (intent.get("metadata") or {}).get(CHARGE_KEY) != key:
        logger.error("a payment intent is not the one that it should be", extra={"charge_key": key})
        raise NoAnswer(f"stripe holds another charge where that of {key} should be")
    return intent


def charge_of_intent(intent: Intent) -> Charge:
    """Return the charge that a PaymentIntent is, with all its refunds."""
    return told(intent, _refunds_of(intent))


def _refunds_of(intent: Intent) -> list[dict[str, Any]]:
    charge = intent.get("latest_charge")
    held = (charge.get("refunds") if isinstance(charge, dict) else None) or {}
    if not held.get("has_more"):
        return list(held.get("data") or [])
    # The charge shows the latest ten.
    with asking("look"):
        pages = client().v1.refunds.list({"payment_intent": intent["id"], "limit": PAGE})
        return [refund.to_dict() for refund in pages.auto_paging_iter()]
