"""Reading and writing authorization codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from pushcart.accounts.models.clients import CodeItem
from utils.clock import rfc3339
from utils.commits import Refusal
from utils.errors import Unavailable
from utils.models import Key
from utils.transaction import Transaction


def code_key(code_hash: str) -> Key:
    """Return where an authorization code stands, by its hash."""
    return CodeItem.key_of(code_hash)


def add_code(
    tx: Transaction,
    code_hash: str,
    *,
    client_id: str,
    redirect_uri: str,
    user_id: str,
    session_id: str,
    scope: str,
    code_challenge: str,
    nonce: str | None,
    authenticated_at: str,
    expires: datetime,
    kept: timedelta,
) -> None:
    """Append a new code, good until ``expires`` and kept for ``kept`` after that."""
    key = code_key(code_hash)
    made = CodeItem(
        key.pk,
        key.sk,
        client_id=client_id,
        redirect_uri=redirect_uri,
        user_id=user_id,
        session_id=session_id,
        scope=scope,
        code_challenge=code_challenge,
        nonce=nonce,
        authenticated_at=authenticated_at,
        expires_at=rfc3339(expires),
        ttl=int((expires + kept).timestamp()),
        created_at=tx.moment,
    )
    tx.create(made, taken=Unavailable())


def use_code(tx: Transaction, found: CodeItem, *, refused: Refusal) -> None:
    """Append that a code is used: of two who show it at once, one gets through."""
    tx.change(found, CodeItem.used_at.set(tx.moment), when=CodeItem.used_at.does_not_exist(), refused=refused)
