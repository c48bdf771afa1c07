"""Giving tokens back (RFC 7009)."""

from __future__ import annotations

from pushcart.accounts.oauth_answers import OAuthError
from pushcart.accounts.service import shown_tokens
from pushcart.accounts.service.client_authentication import authenticate, shown
from pushcart.accounts.service.session_endings import end_surely
from pushcart.accounts.sessions import Client
from utils.forms import read_form
from utils.transaction import Transaction


def revoke(tx: Transaction, headers: dict[str, str], body: bytes, client: Client) -> None:
    """End the session of a token that belongs to this client, and with it all its tokens.

    What is unknown, has ended, or is another client's, is answered the same and changes nothing.

    Raises
    ------
    OAuthError
        ``unsupported_token_type`` for a token that the client got for itself: nothing is kept of it, it ends by itself
        in ten minutes, and with the client in one (RFC 7009, 2.2.1).
    """
    form = read_form(headers, body)
    who = shown(headers, form)
    if "token" not in form:
        raise OAuthError("invalid_request", "token is missing.")
    token = shown_tokens.read(form["token"])
    found, items = authenticate(tx, who, client.address, *token.keys[:1])
    if token.is_of_a_program and token.subject == found.id:
        raise OAuthError("unsupported_token_type", "A token of client_credentials ends by itself.")
    session = items[0] if items else None
    if session is not None and session.client_id == found.id:
        end_surely(tx, session, "logout")
