"""What ties a sign-in to the browser that began it.

The browser holds a secret in a cookie; what goes to the provider (nonce, PKCE verifier) is derived of it and of the
sign-in's state, and the table holds hashes alone. So nobody can be signed in to an account of somebody else's by a
link (login CSRF), and neither a read of the table nor a stolen code is enough to end a sign-in.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final, NamedTuple

from pushcart.accounts.pkce import challenge_of
from utils.base64url import b64url
from utils.settings import setting

SECRET_BYTES: Final = 32
LIFE_SECONDS: Final = 600
PATH: Final = "/api/v1/auth/oidc"


class Ties(NamedTuple):
    """The state that travels through the provider, and the secret that stays in the browser."""

    state: str
    secret: str

    @classmethod
    def new(cls) -> Ties:
        """Return those of a sign-in that begins now."""
        return cls(secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(SECRET_BYTES))

    @property
    def nonce(self) -> str:
        """What the ID token has to carry back (OpenID Connect Core 1.0, 3.1.2.1)."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """The PKCE verifier: 43 characters (RFC 7636, 4.1)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """What the provider holds the verifier against."""
        return challenge_of(self.verifier)

    def _derived(self, purpose: str) -> str:
        message = f"{purpose}\0{self.state}".encode("utf-8", "replace")
        return b64url(hmac.digest(self.secret.encode("utf-8", "replace"), message, "sha256"))


def cookie_name() -> str:
    """Return the cookie's name; on TLS one that no other host and no plain connection can set (RFC 6265bis, 4.1.3)."""
    return "__Host-oidc" if _on_tls() else "oidc"


def cookie(secret: str, *, life_seconds: int = LIFE_SECONDS) -> dict[str, str]:
    """Return the header that gives the browser its secret. ``Lax``: it has to come back from the provider's site."""
    where = "Path=/; Secure" if _on_tls() else f"Path={PATH}"
    return {"set-cookie": f"{cookie_name()}={secret}; {where}; Max-Age={life_seconds}; HttpOnly; SameSite=Lax"}


def no_cookie() -> dict[str, str]:
    """Return the header that takes the secret away again."""
    return cookie("", life_seconds=0)


def _on_tls() -> bool:
    return setting("TOKEN_ISSUER").startswith("https://")
