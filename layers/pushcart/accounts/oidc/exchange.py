"""From the code that a browser brought back to somebody whom the provider vouches for."""

from __future__ import annotations

from typing import Any, NamedTuple

from pushcart.accounts.oidc import id_tokens
from pushcart.accounts.oidc.id_tokens import NotProven
from pushcart.accounts.oidc.metadata import Metadata
from pushcart.accounts.oidc.providers import Provider, secret_of
from pushcart.accounts.oidc.web import Unreachable, web
from utils.log import logger

ABOUT = ("email", "email_verified", "name", "locale")


class Vouched(NamedTuple):
    """Whom a provider vouches for. ``claims`` holds what it says about them, which may be anything or nothing."""

    provider: Provider
    subject: str
    claims: dict[str, Any]


def redeem(provider: Provider, metadata: Metadata, *, code: str, verifier: str, nonce: str) -> Vouched:
    """Exchange an authorization code for whom it stands for.

    Raises
    ------
    NotProven
        When the provider takes the code for none of its own, or its ID token does not prove what it says.
    Unreachable
        When the provider cannot be asked, or refuses us rather than the code.
    """
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.callback,
        "code_verifier": verifier,
    }
    answer = web().post(metadata.token_endpoint, fields, basic=(provider.client_id, secret_of(provider)))
    if answer.status != 200:
        raise _refusal(provider, answer.status, answer.json.get("error"))
    said = answer.json
    token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(token, str):
        raise NotProven
    access_token = access_token if isinstance(access_token, str) else None
    claims = id_tokens.verify(token, provider=provider, metadata=metadata, nonce=nonce, access_token=access_token)
    about = {name: claims[name] for name in ABOUT if name in claims}
    if not {"email", "email_verified"} <= set(about) and metadata.userinfo_endpoint and access_token:
        about |= _userinfo(metadata.userinfo_endpoint, access_token, claims["sub"])
    return Vouched(provider, claims["sub"], about)


def _refusal(provider: Provider, status: int, error: object) -> Exception:
    """Tell a bad code, which is the browser's, from what is wrong between the provider and us (RFC 6749, 5.2)."""
    if status == 400 and error == "invalid_grant":
        return NotProven()
    logger.error("an identity provider refuses our exchange", extra={"provider": provider.name, "status": status})
    return Unreachable(f"the token endpoint answered {status}")


def _userinfo(endpoint: str, access_token: str, subject: str) -> dict[str, Any]:
    """Return what the provider tells apart from its ID token (OpenID Connect Core 1.0, 5.3, 5.4): of nobody else."""
    answer = web().get(endpoint, bearer=access_token)
    if answer.status != 200:
        raise Unreachable(f"the userinfo endpoint answered {answer.status}")
    said = answer.json
    if said.get("sub") != subject:
        raise NotProven
    return {name: said[name] for name in ABOUT if name in said}
