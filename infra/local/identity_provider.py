"""An identity provider in this process, for samples: it vouches for one person, and nobody has to sign in there.

`make serve` does not use it: a laptop's shop is pointed at a real provider by OIDC_PROVIDERS.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from infra.local.clients import client
from infra.local.gateway import Gateway
from utils.clock import now

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from pushcart.accounts.oidc.web import WebAnswer

NAME: Final = "sandbox"
ISSUER: Final = "https://id.sandbox.invalid"
CLIENT_ID: Final = "pushcart"
CODE: Final = "sample-code"
PERSON: Final = {"sub": "sample", "email": "ada@sandbox.invalid", "email_verified": True, "name": "Ada Lovelace"}
ALGORITHM, KID = "ES256", "sample"


@dataclass(slots=True)
class Sandbox:
    """The provider, behind the port that real ones are behind. ``nonces`` are of the sign-ins that it was asked for."""

    nonces: list[str] = field(default_factory=list)

    def get(self, url: str, *, bearer: str | None = None) -> WebAnswer:  # noqa: ARG002 - all it shows is public
        from jwt.algorithms import ECAlgorithm

        if url == f"{ISSUER}/jwks":
            key = ECAlgorithm.to_jwk(_key().public_key(), as_dict=True)
            return _answer({"keys": [{**key, "kid": KID, "use": "sig"}]})
        endpoints = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return _answer({"issuer": ISSUER} | {name: ISSUER + path for name, path in endpoints.items()})

    def post(
        self,
        url: str,  # noqa: ARG002 - it has one form
        fields: Mapping[str, str],
        *,
        basic: tuple[str, str],  # noqa: ARG002 - whoever comes is the shop
    ) -> WebAnswer:
        import jwt

        if fields["code"] != CODE or not self.nonces:
            return _answer({"error": "invalid_grant"}, 400)
        moment = int(now().timestamp())
        claims = {"iss": ISSUER, "aud": CLIENT_ID, "iat": moment, "exp": moment + 300, "nonce": self.nonces[-1]}
        return _answer({"id_token": jwt.encode(PERSON | claims, _key(), ALGORITHM, {"kid": KID})})


def wait_for_browser(gateway: Gateway) -> dict[str, str]:
    """Begin to sign in at the sandbox, and return what the browser comes back with.

    Returns
    -------
    dict
        ``oidc_state``, ``oidc_code`` and ``oidc_cookie``, good for ten minutes and once.
    """
    provider = _set_up()
    answer = gateway.handle("GET", f"/api/v1/auth/oidc/{NAME}/start")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    provider.nonces.append(asked["nonce"][0])
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return {"oidc_state": asked["state"][0], "oidc_code": CODE, "oidc_cookie": cookie}


def _set_up() -> Sandbox:
    """Put the sandbox behind the port, and into the settings and the secret, as an operator would."""
    from pushcart import queues
    from pushcart.accounts.oidc import providers, web

    provider, secrets = Sandbox(), client("secretsmanager")
    web.use(provider)
    known = [one for one in json.loads(os.environ["OIDC_PROVIDERS"]) if one["name"] != NAME]
    os.environ["OIDC_PROVIDERS"] = json.dumps([*known, {"name": NAME, "issuer": ISSUER, "client_id": CLIENT_ID}])
    held = json.loads(secrets.get_secret_value(SecretId=queues.oidc_clients.secret_id)["SecretString"])
    secrets.put_secret_value(SecretId=queues.oidc_clients.secret_id, SecretString=json.dumps(held | {NAME: "sample"}))
    providers.forget()
    return provider


@cache
def _key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _answer(value: dict[str, Any], status: int = 200) -> WebAnswer:
    from pushcart.accounts.oidc.web import WebAnswer

    return WebAnswer(status, json.dumps(value).encode())
