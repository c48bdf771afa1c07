"""Verifies access tokens, for the authorizer: the one place that needs a cryptography package.

PyJWT by itself takes another ``typ``, a list of audiences that holds ours, and a life of ten years; what it leaves open
is closed here (RFC 8725, RFC 9068).
"""

from __future__ import annotations

import re
from typing import Any, Final

from pushcart.accounts import signing_keys
from pushcart.accounts.access_tokens import ALGORITHM, FORMAT, LIFE, TYPE
from utils.clock import now
from utils.declarations import Package
from utils.log import logger
from utils.settings import setting

CRYPTOGRAPHY: Final = Package("cryptography", ("jwt", "cryptography.hazmat.primitives.serialization"))

MAX_TOKEN_CHARACTERS: Final = 4096
CLOCK_LEEWAY_SECONDS: Final = 5
SIGNATURE_CHARACTERS: Final = 86
"""Of 64 bytes: r and s."""

_PART: Final = "[A-Za-z0-9_-]"
_BEARER: Final = re.compile(rf"(?i:bearer) +({_PART}+\.{_PART}+\.{_PART}{{{SIGNATURE_CHARACTERS}}})")
_ID: Final = re.compile(r"(?:usr|ses|cli)_[0-9A-HJKMNP-TV-Z]{26}")
_WORD: Final = re.compile(r"[!#-\[\]-~]{1,100}")
"""One scope or role (RFC 6749, 3.3)."""

UNAUTHENTICATED: Final = {"auth_error": "UNAUTHENTICATED"}
TOKEN_EXPIRED: Final = {"auth_error": "TOKEN_EXPIRED"}


class Refused(Exception):
    """The token is none of ours."""


def identify(authorization: str | None) -> dict[str, Any]:
    """Say who calls, by the ``Authorization`` header.

    Returns
    -------
    dict
        ``sub``, ``roles`` and ``scope`` (space-joined), ``sid`` and ``exp`` (epoch seconds), and ``client_id``
        where the token was given to an OAuth client; or ``auth_error``; empty without a header.

    Raises
    ------
    utils.errors.Unavailable
        When KMS does not tell its public keys. Nothing in a token makes this raise.

    Example
    -------
    >>> identify("Bearer abc")
    {'auth_error': 'UNAUTHENTICATED'}
    """
    if not authorization:
        return {}
    match = _BEARER.fullmatch(authorization) if len(authorization) <= MAX_TOKEN_CHARACTERS else None
    if match is None:
        return UNAUTHENTICATED
    keys = signing_keys.public_keys()
    try:
        claims = _claims(match[1], keys)
        _refuse_twisted(claims)
    except Exception as refusal:  # noqa: BLE001 - a parser's own trouble with what was sent is a refusal too
        logger.debug("token refused", extra={"exception_name": type(refusal).__name__})
        return UNAUTHENTICATED
    if claims["exp"] <= now().timestamp():
        return TOKEN_EXPIRED
    return {
        "sub": claims["sub"],
        "roles": " ".join(claims["roles"]),
        "scope": claims["scope"],
        "sid": claims["sid"],
        "exp": claims["exp"],
        **({"client_id": claims["client_id"]} if "client_id" in claims else {}),
    }


def _claims(token: str, keys: dict[str, signing_keys.PublicKey]) -> dict[str, Any]:
    """Return the claims under a good signature. Times are not PyJWT's concern: it asks another clock than ours."""
    import jwt
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    header = jwt.get_unverified_header(token)
    _refuse_unless(set(header) == {"alg", "typ", "kid"} and header["alg"] == ALGORITHM and header["typ"] == TYPE)
    claims: dict[str, Any] = jwt.decode(
        token,
        load_der_public_key(keys[header["kid"]].der),  # type: ignore[arg-type]
        algorithms=[ALGORITHM],
        audience=setting("TOKEN_AUDIENCE"),
        issuer=setting("TOKEN_ISSUER"),
        options={
            "require": ["iss", "aud", "sub", "iat", "exp"],
            "strict_aud": True,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return claims


def _refuse_twisted(claims: dict[str, Any]) -> None:
    """Raise unless every claim is what we write, under a signature that says that we wrote it."""
    expected = {"iss", "aud", "sub", "sid", "scope", "roles", "ver", "iat", "exp"}
    _refuse_unless(set(claims) - {"client_id"} == expected and claims["ver"] == FORMAT and type(claims["ver"]) is int)
    _refuse_unless(claims["sub"].startswith("usr_") and _ID.fullmatch(claims["sub"]))
    _refuse_unless(claims["sid"].startswith("ses_") and _ID.fullmatch(claims["sid"]))
    if "client_id" in claims:
        _refuse_unless(claims["client_id"].startswith("cli_") and _ID.fullmatch(claims["client_id"]))
    _refuse_unless(type(claims["roles"]) is list and all(_WORD.fullmatch(role) for role in claims["roles"]))
    _refuse_unless(all(_WORD.fullmatch(scope) for scope in claims["scope"].split(" ")))
    issued, expires = claims["iat"], claims["exp"]
    _refuse_unless(type(issued) is int and type(expires) is int)
    _refuse_unless(0 < expires - issued <= LIFE.total_seconds())
    _refuse_unless(issued <= now().timestamp() + CLOCK_LEEWAY_SECONDS)


def _refuse_unless(condition: object) -> None:
    if not condition:
        raise Refused
