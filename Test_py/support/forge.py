"""Forges access tokens with jwcrypto, another library than the one that verifies them.

The shop's own key is taken out of moto, which nobody could do with KMS: so a token can be signed well and still say
what we never say.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwcrypto import jwk, jws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from infra.local.moto_backend import REGION
from pushcart import queues
from utils.clock import now
from utils.settings import setting

ABSENT: Any = object()
"""As a claim's or a header's value: leave it out."""


def b64(data: bytes | str) -> str:
    return urlsafe_b64encode(data.encode() if isinstance(data, str) else data).decode().rstrip("=")


def shop_key(key_id: str | None = None) -> jwk.JWK:
    """Return the private key that KMS would keep to itself; the first one unless another is named."""
    backend = get_backend("kms")[DEFAULT_ACCOUNT_ID][REGION]
    private: Any = backend.keys[(key_id or queues.token_signing.key_id).rsplit("/", 1)[-1]].private_key
    return jwk.JWK.from_pem(private.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@dataclass(slots=True)
class Forger:
    """Makes tokens that are right but for what is asked for; ``defaults`` are claims that all of them have."""

    user_id: str
    session_id: str
    key: jwk.JWK = field(default_factory=shop_key)
    defaults: dict[str, Any] = field(default_factory=dict)

    @property
    def kid(self) -> str:
        return str(self.key.thumbprint())

    @property
    def claims(self) -> dict[str, Any]:
        moment = int(now().timestamp())
        return {
            "iss": setting("TOKEN_ISSUER"), "aud": setting("TOKEN_AUDIENCE"), "sub": self.user_id,
            "sid": self.session_id, "scope": "account", "roles": ["customer"], "ver": 1,
            "iat": moment, "exp": moment + 600, **self.defaults,
        }  # fmt: skip

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.kid}

    def token(self, *, header: dict[str, Any] | None = None, key: jwk.JWK | None = None, **claims: Any) -> str:
        """Return a token with these claims and headers changed, or left out where they are ``ABSENT``."""
        payload = json.dumps(_without_absent(self.claims | claims))
        return self.signed(payload, header=header, key=key)

    def signed(self, payload: str, *, header: dict[str, Any] | None = None, key: jwk.JWK | None = None) -> str:
        """Return any payload under a good signature of the header's own algorithm."""
        protected = _without_absent(self.header | (header or {}))
        signature = jws.JWS(payload)
        signature.allowed_algs = [protected["alg"]]
        signature.add_signature(key or self.key, alg=protected["alg"], protected=json.dumps(protected))
        return str(signature.serialize(compact=True))

    def unsigned(self, *, header: dict[str, Any], signature: str = "", **claims: Any) -> str:
        """Return a token whose signature is whatever is given."""
        return f"{b64(json.dumps(_without_absent(self.header | header)))}.{self.payload(**claims)}.{signature}"

    def payload(self, **claims: Any) -> str:
        return b64(json.dumps(_without_absent(self.claims | claims)))

    def public_pem(self) -> bytes:
        return bytes(self.key.export_to_pem())


def _without_absent(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ABSENT}
