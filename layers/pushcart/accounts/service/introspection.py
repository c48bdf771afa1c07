"""Telling a server whether a token that it was shown is live (RFC 7662)."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts.hashes import is_hash_of
from pushcart.accounts.models.clients import ClientItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.oauth_answers import OAuthError, invalid_client
from pushcart.accounts.repository.clients import client as read_client
from pushcart.accounts.service import shown_tokens
from pushcart.accounts.service.client_authentication import authenticate, shown
from pushcart.accounts.service.shown_tokens import ShownToken
from pushcart.accounts.sessions import Client, is_live, is_outdated
from utils.clock import parse
from utils.forms import read_form
from utils.settings import setting
from utils.transaction import Transaction

INACTIVE: Final = {"active": False}


def introspect(tx: Transaction, headers: dict[str, str], body: bytes, client: Client) -> dict[str, Any]:
    """Tell what a live token may do, for whom and until when; of any other only that it is not active.

    A client learns of its own tokens; the shop's own (``first_party``) of all, since they serve others' requests.

    Raises
    ------
    OAuthError
        ``invalid_client`` for anybody but a confidential client that proved itself: nobody else may try tokens.
    """
    form = read_form(headers, body)
    who = shown(headers, form)
    if "token" not in form:
        raise OAuthError("invalid_request", "token is missing.")
    token = shown_tokens.read(form["token"])
    asking, items = authenticate(tx, who, client.address, *token.keys)
    if asking.kind != "confidential":
        raise invalid_client()
    if token.subject is None:
        return INACTIVE
    if token.is_of_a_program:
        return _of_a_program(tx, asking, token)
    session, owner = items
    if not _is_good(token, session, owner) or not _may_know(tx, asking, session.client_id):
        return INACTIVE
    return _told(token, session)


def _of_a_program(tx: Transaction, asking: ClientItem, token: ShownToken) -> dict[str, Any]:
    return _told(token, None) if _may_know(tx, asking, token.subject) else INACTIVE


def _may_know(tx: Transaction, asking: ClientItem, client_id: str | None) -> bool:
    """Whether the client that asks may know of a token of ``client_id``, which still has to be there itself."""
    if client_id == asking.id:
        return True
    if not asking.first_party:
        return False
    other = read_client(tx, client_id) if client_id else None
    return client_id is None or (other is not None and other.is_live)


def _is_good(token: ShownToken, session: SessionItem | None, owner: ProfileItem | None) -> bool:
    """Whether the session behind a token lives; of its refresh tokens only the youngest opens anything."""
    if not is_live(session) or owner is None or not owner.is_open or is_outdated(session, owner):
        return False
    return token.claims is not None or is_hash_of(session.token_hash, token.text)


def _told(token: ShownToken, session: SessionItem | None) -> dict[str, Any]:
    told: dict[str, Any] = {"active": True, "iss": setting("TOKEN_ISSUER"), "sub": token.subject}
    if token.claims is not None:
        told |= {"scope": token.claims["scope"], "exp": token.claims["exp"], "aud": setting("TOKEN_AUDIENCE")}
        told |= {"token_type": "Bearer"}
    elif session is not None:
        ends = min(session.idle_until, session.expires_at)
        told |= {"scope": session.scope, "exp": int(parse(ends).timestamp())}
    client_id = token.subject if session is None else session.client_id
    return told | ({"client_id": client_id} if client_id else {})
