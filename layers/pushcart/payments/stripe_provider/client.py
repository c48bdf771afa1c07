"""The SDK's client: one a process and key, pinned to one version of Stripe's API."""

from __future__ import annotations

import os
from typing import Any, Final
from urllib.parse import urlsplit

from pushcart.payments.stripe_provider import credentials
from utils.errors import Unavailable
from utils.log import logger
from utils.settings import setting

API_VERSION: Final = "2026-10-28.endive"
"""What this adapter was written against; the SDK's own would change with its updates
(https://docs.stripe.com/api/versioning)."""
API_BASE: Final = "https://api.stripe.com"
STAND_IN_STAGES: Final = frozenset({"local", "test"})
"""The stages whose Stripe may be a stand-in on the same machine. No other sends its key anywhere but to Stripe."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_clients: dict[tuple[str, str], Any] = {}


def client() -> Any:
    """Return the client (:class:`stripe.StripeClient`) of our key.

    Raises
    ------
    utils.errors.Unavailable
        When the stage is not set up for Stripe.
    """
    who = (credentials.api_key(), _base())
    found = _clients.get(who)
    if found is None:
        _clients.clear()
        found = _clients[who] = _new(*who)
    return found


def forget() -> None:
    """Make a client anew on the next use (between tests)."""
    _clients.clear()


def _new(api_key: str, base: str) -> Any:
    import stripe
    from pushcart.payments.stripe_provider.transport import Transport

    # How long our requests take, and on what, is nobody else's.
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=Transport(),
    )


def _base() -> str:
    """Return where Stripe is: ``STRIPE_API_BASE`` on this machine's own stages, where it may be a stand-in."""
    other = os.environ.get("STRIPE_API_BASE")
    if not other:
        return API_BASE
    parts = urlsplit(other)
    plain = parts.scheme in ("http", "https") and not (parts.username or parts.path or parts.query or parts.fragment)
    if setting("PUSHCART_STAGE") not in STAND_IN_STAGES or parts.hostname not in _LOOPBACK or not plain:
        logger.error("STRIPE_API_BASE is not for this stage, or not on this machine")
        raise Unavailable("This payment provider is not set up for this stage.")
    return other
