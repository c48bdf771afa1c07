"""Exchanging an authorization code for the session that it opens (RFC 6749, 4.1.3 and 4.1.4)."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts import id_tokens
from pushcart.accounts.models.clients import ClientItem, CodeItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.oauth_answers import OAuthError, invalid_grant
from pushcart.accounts.repository import codes as stored
from pushcart.accounts.repository import people, sessions
from pushcart.accounts.service import anomalies, codes, devices
from pushcart.accounts.service.client_authentication import Shown, authenticate
from pushcart.accounts.service.devices import Memory
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.service.session_endings import end_surely
from pushcart.accounts.sessions import Client
from utils.access import WHOLE_ACCOUNT
from utils.clock import now
from utils.errors import Problem
from utils.log import logger
from utils.transaction import Transaction

GRANT: Final = "authorization_code"


class _UsedMeanwhile(Problem):
    """Somebody else showed the same code in the same moment, and was first."""

    code = "CONFLICT"


def exchange(tx: Transaction, who: Shown, form: dict[str, str], client: Client) -> dict[str, Any]:
    """Open the session of a code, once. Its second use means that two hold it: what the first one opened ends.

    Raises
    ------
    OAuthError
        ``invalid_grant`` for a code that is not good for this client, redirect URI and verifier.
    """
    code, uri, verifier = (form.get(name) for name in ("code", "redirect_uri", "code_verifier"))
    if code is None or uri is None or verifier is None:
        raise OAuthError("invalid_request", "code, redirect_uri and code_verifier are needed.")
    found, (item,) = authenticate(tx, who, client.address, codes.key_of(code[: codes.MAX_CODE]), grant=GRANT)
    if not isinstance(item, CodeItem) or item.client_id != found.id:
        raise invalid_grant()
    if item.used_at:
        _end_what_it_opened(tx, item)
    if not codes.is_good(item) or not codes.fits(item, client_id=found.id, redirect_uri=uri, verifier=verifier):
        raise invalid_grant()
    try:
        return _open(tx, found, item, client)
    except _UsedMeanwhile:
        _end_what_it_opened(tx, item)
    raise invalid_grant()


def _open(tx: Transaction, found: ClientItem, item: CodeItem, client: Client) -> dict[str, Any]:
    scopes = item.scope.split(" ")
    if WHOLE_ACCOUNT in scopes and not found.first_party:
        raise invalid_grant()
    # On somebody's own device it is their sign-in; a server says nothing of where they are.
    signs_in = WHOLE_ACCOUNT in scopes and found.kind == "public"
    device = devices.keys_of(item.user_id, client) if signs_in else []
    profile, *remembered = tx.read(people.profile_key(item.user_id), *device)
    if not _may_sign_in(profile, item):
        raise invalid_grant()
    # First of all that is written, so that of two the later one is told this; and signed before the commit: when KMS
    # fails, the code is still good.
    stored.use_code(tx, item, refused=_UsedMeanwhile("used"))
    tokens = open_session(
        tx,
        item.user_id,
        profile.roles,
        client,
        scope=item.scope,
        client_id=found.id,
        session_id=item.session_id,
        authenticated_at=item.authenticated_at,
    )
    told = tokens.model_dump()
    if "refresh_token" not in found.grants:
        del told["refresh_token"]
    if id_tokens.OPENID in scopes:
        told["id_token"] = id_tokens.issue(
            user_id=item.user_id, client_id=found.id, authenticated_at=item.authenticated_at, nonce=item.nonce
        )
    if signs_in:
        _remember(tx, item, client, devices.memory_of(remembered))
    people.require_unchanged(tx, profile)
    tx.commit()
    return told


def _may_sign_in(profile: ProfileItem | None, item: CodeItem) -> bool:
    """Whether the person can still be acted for: what ends their sessions ends the codes that these gave, too.

    It counts when the person proved who they are, not when the code was made: a session that was ended still has an
    access token for some minutes, and with that it must not open another.
    """
    if profile is None or profile.disabled or profile.deleted_at or profile.erased_at:
        return False
    return not profile.sessions_from or item.authenticated_at >= profile.sessions_from


def _remember(tx: Transaction, item: CodeItem, client: Client, memory: Memory) -> None:
    """Append from where somebody signed in, and what is unusual about it, as every way in does."""
    devices.remember(tx, item.user_id, client, memory)
    if signals := anomalies.signals_of(memory, client, now()):
        anomalies.announce_unusual(tx, item.user_id, item.session_id, signals)


def _end_what_it_opened(tx: Transaction, item: CodeItem) -> None:
    logger.warning("authorization code reused", extra={"session_id": item.session_id, "client_id": item.client_id})
    end_surely(tx, sessions.session(tx, item.user_id, item.session_id), "revoked")
