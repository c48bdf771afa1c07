"""The token endpoint: what a client gets for a code, for a refresh token, or for itself (RFC 6749, 3.2)."""

from __future__ import annotations

from typing import Any

from pushcart.accounts import access_tokens, oauth_scopes
from pushcart.accounts.oauth_answers import OAuthError, invalid_grant
from pushcart.accounts.service import code_exchange, rotation
from pushcart.accounts.service.client_authentication import Shown, authenticate, shown
from pushcart.accounts.service.rotation import ScopeTooWide
from pushcart.accounts.sessions import Client
from utils.errors import Unauthenticated
from utils.forms import read_form
from utils.transaction import Transaction

CODE, REFRESH, ITSELF = "authorization_code", "refresh_token", "client_credentials"


def give_tokens(tx: Transaction, headers: dict[str, str], body: bytes, client: Client) -> dict[str, Any]:
    """Answer a token request, and commit: of two who show one code or token at once, one gets through.

    Raises
    ------
    OAuthError
        With the code of RFC 6749, 5.2.
    """
    form = read_form(headers, body)
    who, grant = shown(headers, form), form.get("grant_type")
    if grant is None:
        raise OAuthError("invalid_request", "grant_type is missing.")
    if grant == CODE:
        return code_exchange.exchange(tx, who, form, client)
    if grant == REFRESH:
        return _refreshed(tx, who, form, client)
    if grant == ITSELF:
        return _for_itself(tx, who, form, client)
    authenticate(tx, who, client.address)
    raise OAuthError("unsupported_grant_type", f"grant_type is {CODE}, {REFRESH} or {ITSELF}.")


def _refreshed(tx: Transaction, who: Shown, form: dict[str, str], client: Client) -> dict[str, Any]:
    found, _ = authenticate(tx, who, client.address, grant=REFRESH)
    token, scope = form.get("refresh_token"), form.get("scope")
    if token is None or len(scope or "") > oauth_scopes.MAX_SCOPE:
        raise OAuthError("invalid_request", "refresh_token is missing, or scope is too long.")
    wanted = " ".join(oauth_scopes.asked(scope)) or None if scope else None
    try:
        return rotation.refresh(tx, token, client, client_id=found.id, scope=wanted).model_dump()
    except ScopeTooWide:
        raise OAuthError("invalid_scope", "This is more than was granted.") from None
    except Unauthenticated:
        raise invalid_grant() from None


def _for_itself(tx: Transaction, who: Shown, form: dict[str, str], client: Client) -> dict[str, Any]:
    """Give a client a token of its own: all that it may do, or what it asks for of that. Nothing is stored."""
    found, _ = authenticate(tx, who, client.address, grant=ITSELF)
    known = oauth_scopes.for_itself(found.scopes)
    wanted = oauth_scopes.asked(form.get("scope", "")) or sorted(known)
    if not set(wanted) <= known:
        raise OAuthError("invalid_scope", "Ask for scopes that this client was registered with.")
    scope = " ".join(wanted)
    token = access_tokens.issue(user_id=found.id, session_id=found.id, scope=scope, roles=(), client_id=found.id)
    life = int(access_tokens.LIFE.total_seconds())
    return {"access_token": token, "token_type": "Bearer", "expires_in": life, "scope": scope}
