"""Verifies ID tokens (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725).

PyJWT by itself takes a list of audiences that holds ours, asks another clock, and reads any header; what it leaves open
is closed here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any, Final

from pushcart.accounts.oidc.key_sets import KINDS, find_key
from pushcart.accounts.oidc.metadata import Metadata
from pushcart.accounts.oidc.providers import Provider
from pushcart.accounts.oidc.web import Unreachable
from utils.base64url import b64url
from utils.clock import now
from utils.log import logger

MAX_TOKEN_CHARACTERS: Final = 16_384
LEEWAY_SECONDS: Final = 60
OLDEST_SECONDS: Final = 600
"""No token is older than the sign-in that asked for it, which lives ten minutes."""
LEAST_RSA_BITS: Final = 2048
HALF_HASH_BYTES: Final = 16

_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SUBJECT: Final = re.compile(r"[ -~]{1,255}")
"""OpenID Connect Core 1.0, 2: at most 255 ASCII characters."""


class NotProven(Exception):
    """An ID token does not prove what it says."""


def verify(
    token: str, *, provider: Provider, metadata: Metadata, nonce: str, access_token: str | None
) -> dict[str, Any]:
    """Return the claims of an ID token that ``provider`` made for us and for this very sign-in.

    Parameters
    ----------
    nonce
        What this sign-in asked for.
    access_token
        What came beside the token; ``at_hash`` must be its hash, where it is there.

    Raises
    ------
    NotProven
        Whatever is wrong with it; the log says no more than the kind, and the caller is not told.
    Unreachable
        When the provider does not tell its keys.
    """
    try:
        _require(len(token) <= MAX_TOKEN_CHARACTERS and _COMPACT.fullmatch(token))
        claims = _signed_claims(token, provider, metadata)
        _require_ours(claims, provider, nonce)
        _require_timely(claims)
        _require_beside(claims, access_token)
    except Unreachable:
        raise
    except Exception as refusal:
        logger.warning("id token refused", extra={"provider": provider.name, "exception_name": type(refusal).__name__})
        raise NotProven from refusal
    return claims


def _signed_claims(token: str, provider: Provider, metadata: Metadata) -> dict[str, Any]:
    import jwt

    header = jwt.get_unverified_header(token)
    algorithm, kid = str(header.get("alg")), header.get("kid")
    _require(algorithm in KINDS and "crit" not in header and "b64" not in header)
    _require(str(header.get("typ", "JWT")).upper() == "JWT")
    _require(kid is None or isinstance(kid, str))
    found = find_key(metadata.jwks_uri, kid, algorithm)
    _require(found)
    key = jwt.PyJWK(found or {}, algorithm=algorithm)
    _require(algorithm == "ES256" or key.key.key_size >= LEAST_RSA_BITS)
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        options={
            "require": ["iss", "aud", "sub", "iat", "exp", "nonce"],
            "verify_iss": False,
            "verify_aud": False,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    _require(claims["iss"] == provider.issuer)
    return claims


def _require_ours(claims: dict[str, Any], provider: Provider, nonce: str) -> None:
    """Raise unless the token is for us alone, about somebody, and answers what this sign-in asked."""
    _require(claims["aud"] in (provider.client_id, [provider.client_id]))
    _require(claims.get("azp", provider.client_id) == provider.client_id)
    _require(isinstance(claims["sub"], str) and _SUBJECT.fullmatch(claims["sub"]))
    _require(isinstance(claims["nonce"], str) and hmac.compare_digest(claims["nonce"].encode(), nonce.encode()))


def _require_timely(claims: dict[str, Any]) -> None:
    issued, expires, begins = claims["iat"], claims["exp"], claims.get("nbf", 0)
    _require(all(type(moment) in (int, float) for moment in (issued, expires, begins)))
    moment = now().timestamp()
    _require(expires > moment - LEEWAY_SECONDS)
    _require(begins <= moment + LEEWAY_SECONDS)
    _require(moment - OLDEST_SECONDS - LEEWAY_SECONDS <= issued <= moment + LEEWAY_SECONDS)


def _require_beside(claims: dict[str, Any], access_token: str | None) -> None:
    """Raise when the token was made beside another access token (OpenID Connect Core 1.0, 3.1.3.8)."""
    said = claims.get("at_hash")
    if said is not None and access_token is not None:
        half = hashlib.sha256(access_token.encode()).digest()[:HALF_HASH_BYTES]
        _require(isinstance(said, str) and hmac.compare_digest(said.encode(), b64url(half).encode()))


def _require(condition: object) -> None:
    if not condition:
        raise NotProven
