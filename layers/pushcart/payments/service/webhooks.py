"""Webhooks of providers: verified, passed on, answered fast. What they say is not believed but asked for."""

from __future__ import annotations

from collections.abc import Mapping

from pushcart.payments import events, models, provider
from pushcart.payments.ports import BadSignature
from pushcart.payments.service.commands import enqueue
from utils.errors import NotFound, Unauthenticated


def receive(name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Ask the payments queue to look at the charge that a provider's webhook is about.

    Doubled webhooks become one message within SQS's five minutes; later ones find that nothing is new. A kind that
    does not concern payments is taken and ignored, or the provider would send it for days.

    Raises
    ------
    NotFound
        When this shop does not take that provider.
    Unauthenticated
        When the provider did not sign these very bytes, or not within five minutes.
    MalformedJson
        When what it signed is not JSON, or nested too deeply.
    """
    try:
        adapter = provider.provider(name)
    except provider.UnknownProvider:
        raise NotFound("provider") from None
    try:
        notice = adapter.notice(headers=headers, body=body)
    except BadSignature:
        raise Unauthenticated("The signature is not the provider's, or too old.") from None
    if notice is None:
        return
    if (charge := models.charge_of(notice.key)) is not None:
        order_id, payment_id = charge
        enqueue(events.SYNC, order_id, once=f"{name}-{notice.id}", payment_id=payment_id)
