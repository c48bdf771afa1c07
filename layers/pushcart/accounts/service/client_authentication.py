"""How an OAuth client shows which one it is (RFC 6749, 2.3): by its secret, or, having none, by its name alone.

Secrets hold 192 bits that nobody guesses, so failures are counted after the fact, and a good client's many requests
are not in each other's way.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

from pushcart.accounts.hashes import hashed, is_hash_of
from pushcart.accounts.models.clients import ClientItem
from pushcart.accounts.oauth_answers import OAuthError, invalid_client
from pushcart.accounts.repository import attempts
from pushcart.accounts.repository.clients import client_key
from pushcart.accounts.throttle import Limit
from utils.caller import network_of
from utils.models import Item, Key
from utils.transaction import Transaction

MOST_FAILURES: Final = 20
"""In 15 minutes, for one client from one network: many deploys of one program may share both."""
MAX_SECRET: Final = 200
_CLIENT_ID: Final = re.compile(r"cli_[0-9A-HJKMNP-TV-Z]{26}")
_NO_SECRET: Final = hashed("")


class Shown(NamedTuple):
    """What a request says about which client sends it; ``secret`` is ``None`` for one that has none."""

    client_id: str
    secret: str | None


def shown(headers: dict[str, str], form: dict[str, str]) -> Shown:
    """Read who sends a request: from its ``Authorization``, or its form.

    Raises
    ------
    OAuthError
        ``invalid_client`` when nobody is named, ``invalid_request`` when it is said in two ways (RFC 6749, 2.3).

    Example
    -------
    >>> shown({}, {"client_id": "cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"}).secret is None
    True
    """
    scheme, _, code = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        # Whatever else stands there shows no client: an access token, say, that a browser's code sends with everything.
        found = Shown(form.get("client_id", ""), form.get("client_secret"))
    else:
        found = _basic(code)
        if "client_secret" in form or form.get("client_id", found.client_id) != found.client_id:
            raise OAuthError("invalid_request", "Say which client it is in one way only.")
    if not _CLIENT_ID.fullmatch(found.client_id) or len(found.secret or "") > MAX_SECRET:
        raise invalid_client()
    return found


def authenticate(
    tx: Transaction, who: Shown, address: str, *beside: Key, grant: str | None = None
) -> tuple[ClientItem, list[Any]]:
    """Return the client that sends a request, and the items at ``beside``, read along at no extra call.

    Every client takes the same work: one hash, compared in constant time, whether or not it exists. ``grant`` is what
    it must have been registered with.

    Raises
    ------
    OAuthError
        ``invalid_client`` when it is unknown, was removed, or did not prove itself; ``unauthorized_client`` when it
        has no such grant.
    pushcart.accounts.throttle.TooManyAttempts
        After 20 failures in 15 minutes for this client from this network.
    """
    failures = Limit(attempts.attempts_key("client", who.client_id, network_of(address)), MOST_FAILURES)
    found, counted, *items = tx.read(client_key(who.client_id), failures.key, *beside)
    failures.refuse_reached(counted)
    client = _proved(found, who)
    if client is None:
        failures.take()
        raise invalid_client()
    if grant and grant not in client.grants:
        raise OAuthError("unauthorized_client", "This client was not registered with this grant.")
    return client, items


def _proved(found: Item | None, who: Shown) -> ClientItem | None:
    client = found if isinstance(found, ClientItem) and found.is_live else None
    expected = (client.secret_hash if client else None) or _NO_SECRET
    same = is_hash_of(expected, who.secret or "")
    if client is None:
        return None
    if client.kind == "public":
        return client if who.secret is None else None
    return client if same and who.secret else None


def _basic(code: str) -> Shown:
    """Read HTTP Basic, of which both halves are form-encoded first (RFC 6749, 2.3.1)."""
    try:
        text = b64decode(code.strip(), validate=True).decode()
    except (NotBase64, ValueError):
        raise invalid_client() from None
    client_id, colon, secret = text.partition(":")
    if not colon:
        raise invalid_client()
    return Shown(unquote_plus(client_id), unquote_plus(secret))
