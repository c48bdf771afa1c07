"""The mail that the shop sent, as the SES in this process keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from typing import Any

from moto.ses.models import ses_backends

from infra.local import moto_backend
from utils.clock import now, rfc3339

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that was sent. ``text`` or ``html`` may be absent, not both."""

    id: str
    sent_at: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str | None
    html: str | None


def mails() -> list[Mail]:
    """Return what was sent, the latest first. Empty while AWS is elsewhere."""
    if not moto_backend.running():
        return []
    with moto_backend.lock:
        sent = list(ses_backends[ACCOUNT][moto_backend.REGION].sent_messages)
    return [_mail(message) for message in reversed(sent)]


def _mail(message: Any) -> Mail:
    request: dict[str, Any] = getattr(message, "pushcart_request", {})
    sent_at: datetime = getattr(message, "pushcart_sent_at", None) or now()
    destinations = request.get("Destination", {})
    to = tuple(address for addresses in destinations.values() for address in addresses)
    content = request.get("Content", {})
    if "Raw" in content:
        subject, text, html = _raw(message.raw_data)
    else:
        simple = content.get("Simple", {})
        body = simple.get("Body", {})
        subject = simple.get("Subject", {}).get("Data", "")
        text, html = (body.get(part, {}).get("Data") for part in ("Text", "Html"))
    return Mail(message.id, rfc3339(sent_at), message.source, to, subject, text, html)


def _raw(data: str) -> tuple[str, str | None, str | None]:
    parsed = message_from_string(data, policy=policy.default)
    parts = [parsed.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (part.get_content() if part else None for part in parts)
    return str(parsed["subject"] or ""), text, html
