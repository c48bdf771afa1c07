"""The public halves of the keys that sign access tokens, as KMS gives them.

Read without a cryptography package: the SubjectPublicKeyInfo of a P-256 key ends in its two coordinates (RFC 5480), so
signing in and the JWKS stay light.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final, NamedTuple

from utils import aws
from utils.base64url import b64url

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


def read(key_id: str) -> PublicKey:
    """Ask KMS for the public half of a key.

    Raises
    ------
    utils.errors.Unavailable
        When KMS does not answer.
    botocore.exceptions.ClientError
        When it refuses: the key is none of ours, or is about to be deleted.
    """
    return PublicKey.of(aws.call("kms", "GetPublicKey", KeyId=key_id)["PublicKey"])
