"""The mail that moto's SES has taken."""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID


def mails() -> list[Any]:
    """Return every mail that was sent, oldest first: ``subject``, ``body`` (text), ``source``, ``destinations``."""
    return list(get_backend("ses")[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages)
