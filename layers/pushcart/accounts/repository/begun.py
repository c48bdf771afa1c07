"""Reading and writing sign-ins that were begun at an identity provider."""

from __future__ import annotations

from datetime import datetime

from pushcart.accounts.models.identities import BegunItem
from utils.clock import rfc3339
from utils.errors import Problem, Unavailable
from utils.transaction import Transaction


def add_begun(
    tx: Transaction, state_hash: str, *, provider: str, browser: str, client_id: str | None, redirect_uri: str | None,
    code_challenge: str | None, client_state: str | None, expires: datetime,
) -> None:  # fmt: skip
    """Append a sign-in that begins."""
    key = BegunItem.key_of(state_hash)
    made = BegunItem(
        key.pk,
        key.sk,
        provider=provider,
        browser=browser,
        client_id=client_id,
        redirect_uri=redirect_uri,
        code_challenge=code_challenge,
        client_state=client_state,
        expires_at=rfc3339(expires),
        ttl=int(expires.timestamp()),
    )
    tx.create(made, taken=Unavailable())


def begun(tx: Transaction, state_hash: str) -> BegunItem | None:
    """Return the sign-in that was begun with this state."""
    found: BegunItem | None = tx.read_one(BegunItem.key_of(state_hash))
    return found


def use_begun(tx: Transaction, found: BegunItem, *, used: Problem) -> None:
    """Append that a state is used: of two who come back with one, one gets through."""
    tx.remove(found.key, when=BegunItem.pk.exists(), refused=used)
