"""What a client asks people for: an authorization request, read and held against what the client may ask for.

Source: RFC 6749, 4.1.1; RFC 7636 (PKCE, S256 alone); RFC 9207 (``iss``); OpenID Connect Core 1.0, 3.1.2.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple, NoReturn

from pushcart.accounts import oauth_scopes, redirect_uris
from pushcart.accounts.models.clients import ClientItem
from pushcart.accounts.oauth_answers import OAuthError
from pushcart.accounts.pkce import CHALLENGE
from utils.models import Item
from utils.settings import setting

_TEXT: Final = re.compile(r"[ -~]{1,1024}")
"""What ``state`` and ``nonce`` may hold (RFC 6749, A.5)."""
MAX_NONCE: Final = 255
CODE: Final = "authorization_code"


class Asked(NamedTuple):
    """An authorization request that was found good."""

    client: ClientItem
    redirect_uri: str
    scopes: list[str]
    code_challenge: str
    state: str | None
    nonce: str | None
    max_age: int | None

    def answer(self, **fields: str) -> str:
        """Return where the person is sent back to, with ``state`` and who we are beside the answer."""
        return _sent_back(self.redirect_uri, self.state, fields)

    def refuse(self, error: str, description: str) -> NoReturn:
        """Raise what the client is to be told, and where."""
        raise OAuthError(error, description, redirect_to=self.answer(error=error))


def client_id_of(fields: dict[str, str]) -> str:
    """Return which client asks.

    Raises
    ------
    OAuthError
        When it does not say.
    """
    client_id = fields.get("client_id", "")
    if not re.fullmatch(r"cli_[0-9A-HJKMNP-TV-Z]{26}", client_id):
        raise _unknown()
    return client_id


def read(fields: dict[str, str], client: Item | None) -> Asked:
    """Hold a request against the client that sends it, as read.

    Until it is certain that the client lives at the redirect URI, nothing is sent there, not even a refusal: we would
    lend our name to whoever wrote the link (RFC 6749, 4.1.2.1; RFC 9700, 4.11).

    Raises
    ------
    OAuthError
        With ``redirect_to`` once that is certain.
    """
    uri = fields.get("redirect_uri", "")
    if not isinstance(client, ClientItem) or not client.is_live:
        raise _unknown()
    if not redirect_uris.is_registered(uri, list(client.redirect_uris)):
        raise _unknown()
    state = fields.get("state")
    told = state if state is not None and _TEXT.fullmatch(state) else None
    asked = Asked(client, uri, [], fields.get("code_challenge", ""), told, fields.get("nonce"), _max_age(fields))
    if told != state:
        asked.refuse("invalid_request", "state is 1024 printable ASCII characters at most.")
    _refuse_other_flows(asked, fields)
    _refuse_without_proof(asked, fields)
    return asked._replace(scopes=_scopes(asked, fields.get("scope", "")))


def _refuse_other_flows(asked: Asked, fields: dict[str, str]) -> None:
    """Raise for what is not the authorization code flow, answered in a query."""
    kind = fields.get("response_type")
    if CODE not in asked.client.grants:
        asked.refuse("unauthorized_client", "This client may not ask people.")
    if kind != "code":
        error = "unsupported_response_type" if kind else "invalid_request"
        asked.refuse(error, "response_type is code.")
    if fields.get("response_mode", "query") != "query":
        asked.refuse("invalid_request", "response_mode is query.")
    for name in ("request", "request_uri"):
        if name in fields:
            asked.refuse(f"{name}_not_supported", "Send the parameters themselves.")
    if "none" in fields.get("prompt", "").split(" "):
        asked.refuse("consent_required", "People are always asked.")


def _refuse_without_proof(asked: Asked, fields: dict[str, str]) -> None:
    """Raise unless the request carries a challenge that only its own client can meet."""
    if fields.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(asked.code_challenge):
        asked.refuse("invalid_request", "Send code_challenge with code_challenge_method=S256 (RFC 7636).")
    if asked.nonce is not None and (len(asked.nonce) > MAX_NONCE or not _TEXT.fullmatch(asked.nonce)):
        asked.refuse("invalid_request", "nonce is 255 printable ASCII characters at most.")
    if asked.max_age == -1:
        asked.refuse("invalid_request", "max_age is a number of seconds.")


def _scopes(asked: Asked, text: str) -> list[str]:
    wanted = oauth_scopes.asked(text) if len(text) <= oauth_scopes.MAX_SCOPE else []
    known = oauth_scopes.for_people(asked.client.scopes, first_party=asked.client.first_party)
    if not wanted or not set(wanted) <= known:
        asked.refuse("invalid_scope", "Ask for scopes that this client was registered with.")
    return wanted


def _max_age(fields: dict[str, str]) -> int | None:
    """Return the seconds that may have passed since the last proof of who one is, -1 for what is no number.

    ``prompt=login`` asks for a proof of now (OpenID Connect Core 1.0, 3.1.2.1).
    """
    text = "0" if "login" in fields.get("prompt", "").split(" ") else fields.get("max_age")
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def _sent_back(uri: str, state: str | None, fields: dict[str, Any]) -> str:
    known = {"state": state} if state is not None else {}
    return redirect_uris.with_answer(uri, {**fields, **known, "iss": setting("TOKEN_ISSUER")})


def _unknown() -> OAuthError:
    return OAuthError("invalid_request", "No such client, or not with this redirect_uri.")
