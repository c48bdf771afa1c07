"""Beginning to sign in with an external identity provider: the browser is sent there.

It is sent with a state, and gets a cookie that will show, when it comes back, that it is the same browser.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from pushcart.accounts.hashes import hashed
from pushcart.accounts.oidc import browser, metadata, providers
from pushcart.accounts.oidc.browser import Ties
from pushcart.accounts.oidc.metadata import Metadata
from pushcart.accounts.oidc.providers import Provider
from pushcart.accounts.oidc.web import Unreachable
from pushcart.accounts.repository import begun, clients
from pushcart.accounts.schemas.identities import BeginSignIn
from utils.clock import now
from utils.envelope import Answer
from utils.errors import ErrorEntry, Unavailable, ValidationFailed
from utils.forms import read_fields
from utils.log import logger
from utils.schemas import read_values
from utils.transaction import Transaction

SCOPE: Final = "openid email profile"

M = TypeVar("M", bound=BaseModel)


def begin(tx: Transaction, name: str, raw_query: str) -> Answer:
    """Send the browser to the provider, with a cookie by which it will be known again.

    Raises
    ------
    NotFound
        When there is no such provider.
    ValidationFailed
        When the client is none of ours, or what it asks for is incomplete; nobody is sent to an address that is not
        its own (RFC 6749, 4.1.2.1).
    Unavailable
        When the provider does not answer.
    """
    provider = providers.named(name)
    asked = read_known(BeginSignIn, raw_query)
    _refuse_foreign(tx, asked)
    at = ask_metadata(provider)
    ties = Ties.new()
    begun.add_begun(
        tx,
        hashed(ties.state),
        provider=name,
        browser=hashed(ties.secret),
        client_id=asked.client_id or None,
        redirect_uri=asked.redirect_uri or None,
        code_challenge=asked.code_challenge or None,
        client_state=(asked.state or None) if asked.client_id else None,
        expires=now() + timedelta(seconds=browser.LIFE_SECONDS),
    )
    return Answer(303, headers={"location": _invitation(provider, at, ties), **browser.cookie(ties.secret)})


def read_known(model: type[M], raw_query: str) -> M:
    """Return what of a query string is ours to read."""
    fields: dict[str, Any] = read_fields(raw_query)
    return read_values(model, {name: value for name, value in fields.items() if name in model.model_fields})


def ask_metadata(provider: Provider) -> Metadata:
    """Return what a provider says of itself.

    Raises
    ------
    Unavailable
        When it does not answer, or cannot be trusted.
    """
    try:
        return metadata.metadata_of(provider)
    except Unreachable as trouble:
        tell_unreachable(provider, trouble)


def tell_unreachable(provider: Provider, trouble: Unreachable) -> NoReturn:
    """Log what is wrong with a provider, and raise what the caller is told of it."""
    logger.warning("an identity provider is not to be had", extra={"provider": provider.name, "reason": str(trouble)})
    raise Unavailable("The identity provider does not answer. Begin again shortly.") from trouble


def _refuse_foreign(tx: Transaction, asked: BeginSignIn) -> None:
    """Raise unless there is no client, or it is the shop's own and names a redirect URI of its own, exactly."""
    needed = {"client_id": asked.client_id, "redirect_uri": asked.redirect_uri, "code_challenge": asked.code_challenge}
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return
    if missing:
        told = [ErrorEntry("VALIDATION_ERROR", "A client has to say this, too.", name, "missing") for name in missing]
        raise ValidationFailed.of(told)
    found = clients.client(tx, asked.client_id)
    if found is None or not found.is_live or not found.first_party:
        raise ValidationFailed("There is no such client.", field="client_id")
    if asked.redirect_uri not in found.redirect_uris:
        raise ValidationFailed("This is none of the client's redirect URIs.", field="redirect_uri")


def _invitation(provider: Provider, at: Metadata, ties: Ties) -> str:
    """Return the address that asks the provider who the browser's owner is (OpenID Connect Core 1.0, 3.1.2.1)."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.callback,
        "scope": SCOPE,
        "state": ties.state,
        "nonce": ties.nonce,
        "code_challenge": ties.challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in at.authorization_endpoint else "?"
    return f"{at.authorization_endpoint}{joint}{urlencode(asked)}"
