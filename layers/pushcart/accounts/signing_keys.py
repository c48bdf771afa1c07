"""The public halves of the keys that sign access tokens, as KMS gives them.

Read without a cryptography package: the SubjectPublicKeyInfo of a P-256 key ends in its two coordinates (RFC 5480), so
signing in and the JWKS stay light.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pushcart import queues
from utils import aws
from utils.clock import now
from utils.errors import Unavailable
from utils.resources import SigningKey

SIGNING_KEYS: Final = (queues.token_signing,)
"""The first signs; all are published, and tokens of all are taken."""

KEPT: Final = timedelta(minutes=15)
COORDINATE_BYTES: Final = 32


class PublicKey(NamedTuple):
    """A P-256 public key.

    Attributes
    ----------
    kid
        Its thumbprint: SHA-256 over its required members (RFC 7638).
    der
        Its SubjectPublicKeyInfo.
    x, y
        Its coordinates, as a JWK writes them (RFC 7518, 6.2.1).
    """

    kid: str
    der: bytes
    x: str
    y: str

    @classmethod
    def of(cls, der: bytes) -> PublicKey:
        """Read a SubjectPublicKeyInfo."""
        x, y = (b64url(half) for half in (der[-2 * COORDINATE_BYTES : -COORDINATE_BYTES], der[-COORDINATE_BYTES:]))
        members = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
        return cls(b64url(hashlib.sha256(members.encode()).digest()), der, x, y)

    @property
    def jwk(self) -> dict[str, str]:
        """The key as an entry of a JWK set (RFC 7517)."""
        return {"kty": "EC", "crv": "P-256", "x": self.x, "y": self.y, "kid": self.kid, "use": "sig", "alg": "ES256"}


_known: dict[str, tuple[datetime, PublicKey]] = {}


def public_key(key: SigningKey) -> PublicKey:
    """Return the public half of ``key``; KMS is asked once in 15 minutes.

    While it does not answer, what it said before holds: a KMS key never gets another public half.

    Raises
    ------
    utils.errors.Unavailable
        When KMS does not answer, and never has.
    """
    held = _known.get(key.key_id)
    if held is None or held[0] + KEPT < now():
        held = _known[key.key_id] = (now(), _read(key, held))
    return held[1]


def _read(key: SigningKey, held: tuple[datetime, PublicKey] | None) -> PublicKey:
    try:
        answer = aws.call("kms", "GetPublicKey", KeyId=key.key_id)
    except Unavailable:
        if held is None:
            raise
        return held[1]
    return PublicKey.of(answer["PublicKey"])


def public_keys() -> dict[str, PublicKey]:
    """Return every key whose tokens are taken, by ``kid``."""
    return {found.kid: found for found in map(public_key, SIGNING_KEYS)}


def forget() -> None:
    """Ask KMS again on the next use."""
    _known.clear()


def b64url(data: bytes) -> str:
    """Encode as JOSE does: URL-safe, no padding (RFC 7515, 2)."""
    return urlsafe_b64encode(data).decode().rstrip("=")
