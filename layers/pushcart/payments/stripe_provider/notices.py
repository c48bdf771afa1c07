"""Stripe's webhooks: verified over their raw bytes by the SDK, read for whom they are about, and not believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from pushcart.payments.models import charge_of
from pushcart.payments.ports import BadSignature, Notice
from pushcart.payments.stripe_provider import book, credentials
from pushcart.payments.stripe_provider.charges import CHARGE_KEY
from utils.clock import now
from utils.schemas import read_json

TOLERANCE: Final = timedelta(minutes=5)
"""How far a webhook's time may be from ours: a copy taken from the wire is good no longer
(https://docs.stripe.com/webhooks#replay-attacks)."""
SIGNATURE: Final = "stripe-signature"

CONCERN: Final = frozenset(
    {
        "charge.captured",
        "charge.refund.updated",
        "charge.refunded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }
)
"""The events after which an attempt is looked at (https://docs.stripe.com/api/events/types). Each holds a
PaymentIntent, or something that names one."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="ignore")

    object: dict[str, Any]


class StripeEvent(BaseModel):
    """What Stripe sends. Unknown fields are ignored: it adds some without asking."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9_-]+$")
    type: str = Field(max_length=255)
    data: _Data


def read(headers: Mapping[str, str], body: bytes) -> Notice | None:
    """Verify a webhook, and return whose attempt it is about; ``None`` for what does not concern us."""
    _verify(headers.get(SIGNATURE, ""), body)
    event = read_json(StripeEvent, body)
    if event.type not in CONCERN:
        return None
    key = _key_of(event.data.object)
    return Notice(event.id, key) if key else None


def _key_of(about: dict[str, Any]) -> str | None:
    """Return our key: from the metadata that we gave, or of the PaymentIntent that it names (a refund made by hand)."""
    metadata = about.get("metadata")
    key = metadata.get(CHARGE_KEY) if isinstance(metadata, dict) else None
    if isinstance(key, str) and charge_of(key):
        return key
    named = about.get("id") if about.get("object") == "payment_intent" else about.get("payment_intent")
    return book.key_of(named) if isinstance(named, str) and named.startswith("pi_") and len(named) <= 255 else None


def _verify(header: str, body: bytes) -> None:
    import stripe

    _require_timely(header)
    for secret in credentials.webhook_secrets():
        try:
            # No tolerance: the SDK asks another clock, and looks at the past alone.
            stripe.WebhookSignature.verify_header(body, header, secret, None)
        except (stripe.SignatureVerificationError, ValueError, TypeError):
            continue
        return
    raise BadSignature("not signed by stripe")


def _require_timely(header: str) -> None:
    moments = [part[2:] for part in header.split(",") if part.startswith("t=")]
    # The first is what the SDK takes as signed.
    if not moments or not (moments[0].isascii() and moments[0].isdigit() and len(moments[0]) <= 12):
        raise BadSignature("no time in the signature")
    if abs(now().timestamp() - int(moments[0])) > TOLERANCE.total_seconds():
        raise BadSignature("signed too long ago")
