"""The public keys of identity providers, from the address that each provider's own discovery gives and no other.

What a token's header says of keys (``jku``, ``x5u``, ``jwk``, ``x5c``) is not looked at: whoever can write a token can
write that, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pushcart.accounts.oidc.web import Unreachable, web
from utils.clock import now

KEPT: Final = timedelta(hours=1)
ASKED_AGAIN_AFTER: Final = timedelta(minutes=1)
"""How old a set must be before a key that is not in it has it fetched again: anybody can make up key ids."""
MAX_KEYS: Final = 100

KINDS: Final[dict[str, dict[str, str]]] = {
    "RS256": {"kty": "RSA"},
    "PS256": {"kty": "RSA"},
    "ES256": {"kty": "EC", "crv": "P-256"},
}
"""The algorithms that are taken, each with the kind of key that it needs: no symmetric one, and never ``none``."""


class _KeySet(NamedTuple):
    keys: list[dict[str, Any]]
    read_at: datetime


_known: dict[str, _KeySet] = {}


def find_key(jwks_uri: str, kid: str | None, algorithm: str) -> dict[str, Any] | None:
    """Return the one JWK that a signature by ``algorithm`` under ``kid`` is verified with, ``None`` when there is none.

    Without a ``kid`` the set must leave no choice (OpenID Connect Core 1.0, 10.1).

    Raises
    ------
    Unreachable
        When the provider does not tell its keys.
    """
    held = _known.get(jwks_uri)
    if held is None or held.read_at + KEPT < now():
        held = _known[jwks_uri] = _read(jwks_uri)
    found = _one(held, kid, algorithm)
    if found is None and held.read_at + ASKED_AGAIN_AFTER < now():
        held = _known[jwks_uri] = _read(jwks_uri)
        found = _one(held, kid, algorithm)
    return found


def forget() -> None:
    """Ask providers again on the next use."""
    _known.clear()


def _read(jwks_uri: str) -> _KeySet:
    answer = web().get(jwks_uri)
    keys = answer.json.get("keys") if answer.status == 200 else None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise Unreachable(f"the key set cannot be read (status {answer.status})")
    return _KeySet([key for key in keys if isinstance(key, dict)], now())


def _one(held: _KeySet, kid: str | None, algorithm: str) -> dict[str, Any] | None:
    fitting = [key for key in held.keys if _fits(key, algorithm) and (kid is None or key.get("kid") == kid)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    """Whether a key is of the right kind, and meant for signatures of this algorithm (RFC 7517, 4.2 to 4.4)."""
    kind = all(key.get(name) == value for name, value in KINDS[algorithm].items())
    operations = key.get("key_ops")
    meant = key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    return kind and meant and (operations is None or (isinstance(operations, list) and "verify" in operations))
