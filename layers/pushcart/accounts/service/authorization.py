"""Asking people whether a program may act for them, and taking their answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from pushcart.accounts import oauth_scopes
from pushcart.accounts.access_tokens import LIFE
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.oauth_answers import OAuthError
from pushcart.accounts.repository.clients import client, client_key
from pushcart.accounts.repository.sessions import session_key
from pushcart.accounts.service import authorization_requests as requests
from pushcart.accounts.service.authorization_requests import Asked
from pushcart.accounts.service.codes import issue_code
from pushcart.accounts.sessions import LONGEST
from utils.access import Principal
from utils.clock import now, parse
from utils.errors import Unauthenticated
from utils.forms import MEDIA_TYPE, read_fields, read_form
from utils.request import refuse_media_type
from utils.schemas import refuse_depth
from utils.transaction import Transaction

APPROVE, DENY = "approve", "deny"
MAX_FIELDS: Final = 50
JUST_NOW: Final = timedelta(seconds=60)
"""How long it takes from a log-in to the answer, where a client asks for a log-in of now."""


def show_request(tx: Transaction, raw_query: str) -> dict[str, Any]:
    """Return who asks for what, in words for the person who is asked.

    Raises
    ------
    OAuthError
        When it cannot be asked so; ``redirect_to`` says where the client is told, if anywhere.
    """
    fields = read_fields(raw_query)
    asked = requests.read(fields, client(tx, requests.client_id_of(fields)))
    return {
        "client_id": asked.client.id,
        "client_name": asked.client.name,
        "scopes": [{"scope": scope, "description": oauth_scopes.DESCRIPTIONS[scope]} for scope in asked.scopes],
        "redirect_uri": asked.redirect_uri,
        "first_party": asked.client.first_party,
        "expires_in": int(_lasts(asked).total_seconds()),
    }


def decide(tx: Transaction, principal: Principal, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Take a person's answer, and tell where to send them: with a code, or with their refusal.

    Raises
    ------
    OAuthError
        As for :func:`show_request`; ``invalid_request`` when it is neither approved nor denied.
    """
    fields = _fields(headers, body)
    mine = session_key(principal.id, principal.session_id or "")
    found, session = tx.read(client_key(requests.client_id_of(fields)), mine)
    asked = requests.read(fields, found)
    if fields.get("decision") == DENY:
        return {"redirect_to": asked.answer(error="access_denied")}
    if fields.get("decision") != APPROVE:
        raise OAuthError("invalid_request", "decision is approve or deny.")
    return {"redirect_to": asked.answer(code=_code(tx, principal, asked, session))}


def _lasts(asked: Asked) -> timedelta:
    """Return how long the leave lasts at most (ASVS 5.0, 10.7.2)."""
    return LONGEST if "refresh_token" in asked.client.grants else LIFE


def _code(tx: Transaction, principal: Principal, asked: Asked, session: SessionItem | None) -> str:
    if session is None:
        raise Unauthenticated("Log in to do this.")
    proved = session.authenticated_at or session.created_at
    if asked.max_age is not None and now() - parse(proved) > max(timedelta(seconds=asked.max_age), JUST_NOW):
        asked.refuse("login_required", "The sign-in is older than max_age.")
    return issue_code(
        tx,
        client_id=asked.client.id,
        redirect_uri=asked.redirect_uri,
        user_id=principal.id,
        scope=" ".join(asked.scopes),
        code_challenge=asked.code_challenge,
        nonce=asked.nonce,
        authenticated_at=proved,
    )


def _fields(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """Return the fields of a form, or of a JSON object of texts, by the same rules."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() == MEDIA_TYPE:
        return read_form(headers, body)
    refuse_media_type(headers)
    refuse_depth(body)
    try:
        pairs = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        pairs = None
    if not isinstance(pairs, _Pairs) or len(pairs) > MAX_FIELDS:
        raise OAuthError("invalid_request", "Send a form, or a JSON object of texts.")
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise OAuthError("invalid_request", "A field comes twice.")
    # What is no text is of a parameter that we do not know, or is missing.
    return {name: value for name, value in fields.items() if isinstance(value, str) and value}


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written, repeated names and all."""
