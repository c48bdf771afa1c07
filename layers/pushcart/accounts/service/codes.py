"""Authorization codes: how a browser carries leave from the person who gave it to the program that asked.

A code is good for a minute, once, for the client and the redirect URI that it was made for, and for whoever knows the
secret behind its challenge (PKCE). https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from pushcart.accounts.hashes import hashed
from pushcart.accounts.models.clients import CodeItem
from pushcart.accounts.pkce import is_proved
from pushcart.accounts.repository import codes
from utils.clock import now, rfc3339
from utils.ids import new_id
from utils.models import Item, Key
from utils.transaction import Transaction

LIFE: Final = timedelta(seconds=60)
KEPT: Final = timedelta(hours=24)
"""How long a used code is remembered, so that its second use is known as one."""
CODE_BYTES: Final = 32
MAX_CODE: Final = 128


def issue_code(
    tx: Transaction,
    *,
    client_id: str,
    redirect_uri: str,
    user_id: str,
    scope: str,
    code_challenge: str,
    nonce: str | None = None,
    authenticated_at: str,
) -> str:
    """Append a new authorization code, and return it; only its hash is stored.

    Parameters
    ----------
    redirect_uri
        Where it is sent to, exactly; the exchange has to name the same.
    code_challenge
        The S256 challenge, well formed (:data:`pushcart.accounts.pkce.CHALLENGE`).
    nonce
        What an ID token has to carry back (OpenID Connect Core 1.0, 3.1.2.1).
    authenticated_at
        When the person last proved who they are (RFC 3339): the session that the code opens is no fresher than that.

    Example
    -------
    >>> issue_code(tx, client_id="cli_…", redirect_uri="https://…", user_id="usr_…", scope="openid",
    ...            code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    ...            authenticated_at="2026-01-02T03:04:05.000Z")  # doctest: +SKIP
    'nLfy…'
    """
    code = secrets.token_urlsafe(CODE_BYTES)
    codes.add_code(
        tx,
        hashed(code),
        client_id=client_id,
        redirect_uri=redirect_uri,
        user_id=user_id,
        session_id=new_id("ses"),
        scope=scope,
        code_challenge=code_challenge,
        nonce=nonce,
        authenticated_at=authenticated_at,
        expires=now() + LIFE,
        kept=KEPT,
    )
    return code


def key_of(code: str) -> Key:
    """Return where a code stands, whatever it is: it is read along with other items."""
    return codes.code_key(hashed(code))


def fits(item: Item | None, *, client_id: str, redirect_uri: str, verifier: str) -> bool:
    """Tell whether a code, as read, belongs to this client, this redirect URI and whoever knows its verifier.

    Whether it was used, or has lapsed, is another question: :func:`is_good`.
    """
    if not isinstance(item, CodeItem) or not is_proved(item.code_challenge, verifier):
        return False
    return bool(item.client_id == client_id and item.redirect_uri == redirect_uri)


def is_good(item: CodeItem) -> bool:
    """Tell whether a code has neither been used nor lapsed."""
    return not item.used_at and rfc3339(now()) < item.expires_at
