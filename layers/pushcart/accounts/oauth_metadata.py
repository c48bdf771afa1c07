"""What we tell clients of ourselves, so that they need no manual (RFC 8414, OpenID Connect Discovery 1.0).

Only what is there: a test holds each address against the declared routes.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pushcart.access import CLIENT_SCOPES
from pushcart.accounts.access_tokens import ALGORITHM
from pushcart.accounts.oauth_scopes import DESCRIPTIONS
from utils.envelope import Answer
from utils.settings import setting

CACHE_SECONDS: Final = 300
API: Final = "/api/v1/oauth"
SECRETS: Final = ["client_secret_basic", "client_secret_post"]
"""How a confidential client proves itself."""


def authorization_server() -> Answer:
    """Return the metadata of RFC 8414, 2."""
    return _published(_server())


def openid_provider() -> Answer:
    """Return the metadata of OpenID Connect Discovery 1.0, 3."""
    return _published(
        _server()
        | {
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


def _server() -> dict[str, Any]:
    issuer = setting("TOKEN_ISSUER")
    base = issuer.rstrip("/")
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base}{API}/authorize",
        "token_endpoint": f"{base}{API}/token",
        "revocation_endpoint": f"{base}{API}/revoke",
        "introspection_endpoint": f"{base}{API}/introspect",
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "scopes_supported": [*DESCRIPTIONS, *sorted(CLIENT_SCOPES)],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "revocation_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "introspection_endpoint_auth_methods_supported": SECRETS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def _published(told: dict[str, Any]) -> Answer:
    headers = {"content-type": "application/json", "cache-control": f"public, max-age={CACHE_SECONDS}"}
    return Answer(200, json.dumps(told, separators=(",", ":")), headers)
