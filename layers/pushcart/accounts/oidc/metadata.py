"""What an identity provider says of itself (OpenID Connect Discovery 1.0), kept for an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from pushcart.accounts.oidc.providers import Provider
from pushcart.accounts.oidc.web import Unreachable, web
from utils.clock import now
from utils.settings import setting

KEPT: Final = timedelta(hours=1)
WELL_KNOWN: Final = "/.well-known/openid-configuration"
PLAIN_STAGE: Final = "local"
"""The one stage whose provider may do without TLS: it is on this machine."""


class Metadata(NamedTuple):
    """The endpoints of a provider. ``names_itself``: its answers at our callback always bear ``iss`` (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    names_itself: bool


_known: dict[str, tuple[datetime, Metadata]] = {}


def metadata_of(provider: Provider) -> Metadata:
    """Return what ``provider`` says of itself; it is asked once an hour.

    Raises
    ------
    Unreachable
        When it does not answer, speaks for another issuer, or gives an endpoint that is not on TLS.
    """
    held = _known.get(provider.issuer)
    if held is None or held[0] + KEPT < now():
        held = _known[provider.issuer] = (now(), _read(provider))
    return held[1]


def forget() -> None:
    """Ask providers again on the next use."""
    _known.clear()


def _read(provider: Provider) -> Metadata:
    # Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
    answer = web().get(_protected(provider.issuer.rstrip("/") + WELL_KNOWN))
    if answer.status != 200:
        raise Unreachable(f"discovery answered {answer.status}")
    said = answer.json
    if said.get("issuer") != provider.issuer:
        raise Unreachable("discovery speaks for another issuer")
    userinfo = said.get("userinfo_endpoint")
    return Metadata(
        authorization_endpoint=_protected(said.get("authorization_endpoint")),
        token_endpoint=_protected(said.get("token_endpoint")),
        jwks_uri=_protected(said.get("jwks_uri")),
        userinfo_endpoint=None if userinfo is None else _protected(userinfo),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _protected(url: Any) -> str:
    """Return ``url`` if it is a plain address on TLS; on this machine's own stage it may do without."""
    schemes = {"https", "http"} if setting("PUSHCART_STAGE") == PLAIN_STAGE else {"https"}
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        raise Unreachable("discovery lacks an endpoint")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in schemes and parts.hostname and not parts.username and not parts.fragment
    except ValueError:
        sound = False
    if not sound:
        raise Unreachable("discovery gives an endpoint that cannot be trusted")
    return url
