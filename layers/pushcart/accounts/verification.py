"""Verifies access tokens, for the authorizer: the one place that needs a cryptography package.

PyJWT by itself takes another ``typ``, a list of audiences that holds ours, and a life of ten years; what it leaves open
is closed here (RFC 8725, RFC 9068).
"""

from __future__ import annotations

import re
from typing import Any, Final

from pushcart.accounts import key_ring
from pushcart.accounts.access_tokens import ALGORITHM, FORMAT, LIFE, TYPE
from pushcart.accounts.signing_keys import PublicKey
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
_TOKEN: Final = re.compile(rf"{_PART}+\.{_PART}+\.{_PART}{{{SIGNATURE_CHARACTERS}}}")
_ULID: Final = "[0-9A-HJKMNP-TV-Z]{26}"
_USER, _SESSION, _CLIENT = (re.compile(f"{prefix}_{_ULID}") for prefix in ("usr", "ses", "cli"))
_WORD: Final = re.compile(r"[!#-\[\]-~]{1,100}")
"""One scope or role (RFC 6749, 3.3)."""
_CLAIMS: Final = frozenset({"iss", "aud", "sub", "sid", "scope", "roles", "ver", "iat", "exp"})
_GIVEN_TO: Final = "client_id"

UNAUTHENTICATED: Final = {"auth_error": "UNAUTHENTICATED"}
TOKEN_EXPIRED: Final = {"auth_error": "TOKEN_EXPIRED"}


class Refused(Exception):
    """The token is none of ours."""


def verified(token: str) -> dict[str, Any]:
    """Say whom an access token shows.

    Returns
    -------
    dict
        ``sub``, ``roles`` and ``scope`` (space-joined), ``sid`` and ``exp`` (epoch seconds), ``kind`` (``client``)
        for a program that acts for itself, and ``client_id`` where the token was given to an OAuth client; or
        ``auth_error``.

    Raises
    ------
    utils.errors.Unavailable
        When the keys cannot be read. Nothing else in a token makes this raise.

    Example
    -------
    >>> verified("abc")
    {'auth_error': 'UNAUTHENTICATED'}
    """
    if len(token) > MAX_TOKEN_CHARACTERS or not _TOKEN.fullmatch(token):
        return UNAUTHENTICATED
    kid = _kid(token)
    key = key_ring.RING.find(kid) if kid else None
    if key is None:
        return UNAUTHENTICATED
    try:
        claims = _claims(token, key)
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
        **({"kind": "client"} if claims["sub"] == claims["sid"] else {}),
        **({_GIVEN_TO: claims[_GIVEN_TO]} if _GIVEN_TO in claims else {}),
    }


def _kid(token: str) -> str | None:
    """Return the key that the header names, if the header is as we write it."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        _refuse_unless(set(header) == {"alg", "typ", "kid"} and header["alg"] == ALGORITHM and header["typ"] == TYPE)
        _refuse_unless(isinstance(header["kid"], str))
    except Exception as refusal:  # noqa: BLE001 - as above
        logger.debug("token refused", extra={"exception_name": type(refusal).__name__})
        return None
    return str(header["kid"])


def _claims(token: str, key: PublicKey) -> dict[str, Any]:
    """Return the claims under a good signature. Times are not PyJWT's concern: it asks another clock than ours."""
    import jwt
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    claims: dict[str, Any] = jwt.decode(
        token,
        load_der_public_key(key.der),  # type: ignore[arg-type]
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
    _refuse_unless(set(claims) - {_GIVEN_TO} == _CLAIMS and claims["ver"] == FORMAT and type(claims["ver"]) is int)
    _refuse_unless(type(claims["roles"]) is list and all(_WORD.fullmatch(role) for role in claims["roles"]))
    _refuse_unless(all(_WORD.fullmatch(scope) for scope in claims["scope"].split(" ")))
    _refuse_unless(_GIVEN_TO not in claims or _CLIENT.fullmatch(claims[_GIVEN_TO]))
    if claims["sub"].startswith("cli_"):
        _refuse_unless(_CLIENT.fullmatch(claims["sub"]) and claims["sid"] == claims["sub"] and not claims["roles"])
        _refuse_unless(claims.get(_GIVEN_TO, claims["sub"]) == claims["sub"])
    else:
        _refuse_unless(_USER.fullmatch(claims["sub"]) and _SESSION.fullmatch(claims["sid"]))
    issued, expires = claims["iat"], claims["exp"]
    _refuse_unless(type(issued) is int and type(expires) is int)
    _refuse_unless(0 < expires - issued <= LIFE.total_seconds())
    _refuse_unless(issued <= now().timestamp() + CLOCK_LEEWAY_SECONDS)


def _refuse_unless(condition: object) -> None:
    if not condition:
        raise Refused
