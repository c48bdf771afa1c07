"""ID tokens: what a client is told about who signed in (OpenID Connect Core 1.0, 2).

They are signed by the key that signs access tokens and open nothing: their ``typ`` and audience are others, and the
authorizer takes neither.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcart.accounts.access_tokens import signed
from utils.clock import now, parse
from utils.settings import setting

LIFE: Final = timedelta(minutes=5)
TYPE: Final = "JWT"
OPENID: Final = "openid"
"""The scope that asks for one."""


def issue(*, user_id: str, client_id: str, authenticated_at: str, nonce: str | None) -> str:
    """Return a signed ID token for ``client_id`` alone.

    Parameters
    ----------
    authenticated_at
        When the person last proved who they are (RFC 3339); the token tells it as ``auth_time``.
    nonce
        What the client sent along with its request, to know that the token answers it.

    Example
    -------
    >>> issue(user_id="usr_…", client_id="cli_…", authenticated_at="2026-01-02T03:04:05.000Z",
    ...       nonce="n-0S6_WzA2Mj")  # doctest: +SKIP
    'eyJhbGciOiJFUzI1NiIs…'
    """
    issued = int(now().timestamp())
    claims: dict[str, Any] = {
        "iss": setting("TOKEN_ISSUER"),
        "sub": user_id,
        "aud": client_id,
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
        "auth_time": int(parse(authenticated_at).timestamp()),
    }
    return signed(claims | ({"nonce": nonce} if nonce else {}), typ=TYPE)
