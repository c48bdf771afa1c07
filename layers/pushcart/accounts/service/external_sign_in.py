"""Signing in with an external identity provider: the browser comes back.

In the end it has tokens or, where a first-party OAuth client began it, a code of ours with which that client gets them.
"""

from __future__ import annotations

from typing import Final

from pushcart.accounts.hashes import hashed, is_hash_of
from pushcart.accounts.models.identities import BegunItem
from pushcart.accounts.oidc import browser, providers
from pushcart.accounts.oidc.browser import Ties
from pushcart.accounts.oidc.exchange import Vouched, redeem
from pushcart.accounts.oidc.id_tokens import NotProven
from pushcart.accounts.oidc.providers import Provider
from pushcart.accounts.oidc.web import Unreachable
from pushcart.accounts.repository import begun
from pushcart.accounts.schemas.identities import ProviderAnswer
from pushcart.accounts.service.external_begin import ask_metadata, read_known, tell_unreachable
from pushcart.accounts.service.external_outcomes import sent_back, signed_in
from pushcart.accounts.sessions import Client
from utils.clock import now, rfc3339
from utils.envelope import Answer
from utils.errors import Forbidden, Problem, Unauthenticated, ValidationFailed
from utils.log import logger
from utils.transaction import Transaction

KNOWN_ERRORS: Final = frozenset(
    {
        "access_denied", "account_selection_required", "consent_required", "interaction_required", "login_required",
        "server_error", "temporarily_unavailable",
    }
)  # fmt: skip
"""RFC 6749, 4.1.2.1, and OpenID Connect Core 1.0, 3.1.2.6: those that are passed on. The others are our mistakes."""


class ProviderSaysNo(Forbidden):
    """The provider sent the browser back with an error; ``error`` is what is told of it."""

    def __init__(self, error: str) -> None:
        super().__init__("The identity provider did not sign you in.", detail=error)
        self.error = error


def finish(tx: Transaction, name: str, raw_query: str, cookies: dict[str, str], client: Client) -> Answer:
    """Take the browser back from the provider, and sign in whomever the provider vouches for.

    The state is used up before anything else is done, so that it works once whatever becomes of the rest.

    Raises
    ------
    NotFound
        When there is no such provider.
    ValidationFailed
        When this browser did not begin this sign-in, it is over, or took more than ten minutes.
    Forbidden
        When the provider or the account says no.
    Unauthenticated
        When what the provider says does not prove who somebody is.
    Unavailable
        When the provider does not answer.

    Where a client began the sign-in, the last three are told to it at its redirect URI instead.
    """
    provider = providers.named(name)
    given = read_known(ProviderAnswer, raw_query)
    waiting, ties = _use(tx, name, given.state, cookies)
    try:
        vouched = _vouched(provider, given, ties)
        return signed_in(waiting, vouched, client)
    except Problem as problem:
        if not waiting.redirect_uri:
            problem.headers |= browser.no_cookie()
            raise
        return sent_back(waiting, error=_error_of(problem))


def _use(tx: Transaction, name: str, state: str, cookies: dict[str, str]) -> tuple[BegunItem, Ties]:
    """Return the sign-in that this browser began here, which is used up by that."""
    ties = Ties(state, cookies.get(browser.cookie_name(), ""))
    over = ValidationFailed("This sign-in is over, or was begun elsewhere. Begin again.", field="state")
    if not ties.state or not ties.secret:
        raise over
    found = begun.begun(tx, hashed(ties.state))
    if found is None or found.provider != name or found.expires_at <= rfc3339(now()):
        raise over
    if not is_hash_of(found.browser, ties.secret):
        raise over
    begun.use_begun(tx, found, used=over)
    tx.commit()
    return found, ties


def _vouched(provider: Provider, given: ProviderAnswer, ties: Ties) -> Vouched:
    at = ask_metadata(provider)
    # Whoever else sent the browser here is not listened to, errors included (RFC 9207, 2.4).
    if given.iss != provider.issuer and (given.iss or at.names_itself):
        raise Unauthenticated("The answer comes from another identity provider than was asked.")
    if given.error or not given.code:
        known = given.error if given.error in KNOWN_ERRORS else "server_error"
        logger.warning("an identity provider says no", extra={"provider": provider.name, "error": known})
        raise ProviderSaysNo(known)
    try:
        return redeem(provider, at, code=given.code, verifier=ties.verifier, nonce=ties.nonce)
    except NotProven as refusal:
        raise Unauthenticated("What the identity provider says does not prove who you are. Begin again.") from refusal
    except Unreachable as trouble:
        tell_unreachable(provider, trouble)


def _error_of(problem: Problem) -> str:
    """Return what is said of a problem in a redirect (RFC 6749, 4.1.2.1)."""
    if isinstance(problem, ProviderSaysNo):
        return problem.error
    by_code: dict[str, str] = {"FORBIDDEN": "access_denied", "UNAVAILABLE": "temporarily_unavailable"}
    return by_code.get(problem.code, "server_error")
