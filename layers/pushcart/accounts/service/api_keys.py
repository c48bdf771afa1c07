"""Making, listing and revoking API keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from pushcart.accounts import api_keys as format_of_keys
from pushcart.accounts import events
from pushcart.accounts.hashes import hashed
from pushcart.accounts.models.api_keys import ApiKeyItem
from pushcart.accounts.repository import api_keys
from pushcart.accounts.schemas.api_keys import ApiKey, MadeApiKey, NewApiKey
from pushcart.outbox.service import announce
from utils.clock import now, parse
from utils.errors import Conflict, NotFound, ValidationFailed
from utils.queries import Page
from utils.schemas import PageQuery
from utils.transaction import Transaction

USUAL: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=365)
AT_ONCE: Final = 2
"""Live keys of one name: the one in use, and its successor until every program has it."""

IssueToken = Callable[[str, str], str]
"""``Request.issue_token``: derives what an answer shows once, so that a replay of the answer shows it again."""


def make_key(tx: Transaction, wanted: NewApiKey, by: str, issue_token: IssueToken) -> MadeApiKey:
    """Make a key, and show it this once.

    Raises
    ------
    Conflict
        When two keys of this name live; both are named, so that one can be revoked.
    ValidationFailed
        When it would end in the past, or after more than a year.
    """
    expires = _expiry(wanted.expires_at)
    named = api_keys.keys_named(tx, wanted.name)
    live = {one for one in (named.holders if named else None) or () if one.partition(" ")[0] > tx.moment}
    if len(live) >= AT_ONCE:
        ids = ", ".join(sorted(one.partition(" ")[2] for one in live))
        raise Conflict(f"{AT_ONCE} live keys have this name already. Revoke one of them.", field="name", detail=ids)
    key_id = format_of_keys.new_key_id()
    secret = issue_token(format_of_keys.PURPOSE, key_id)
    made = api_keys.add_api_key(
        tx,
        key_id,
        name=wanted.name,
        prefix=format_of_keys.shown_prefix(key_id),
        secret_hash=hashed(secret),
        scopes=wanted.scopes,
        created_by=by,
        expires=expires,
    )
    api_keys.hold_name(tx, wanted.name, named, {*live, api_keys.holder(made.expires_at, key_id)})
    event = events.key_made(key_id, by)
    announce(tx, aggregate=key_id, sequence=int(made.sequence), type=event.type, data=event.data)
    return MadeApiKey(**_shown(made).model_dump(), key=format_of_keys.written(key_id, secret))


def list_keys(wanted: PageQuery, start: dict[str, Any] | None) -> Page[ApiKey]:
    """Return a page of all keys, those that were revoked or have lapsed too; the youngest first."""
    found = api_keys.api_keys(limit=wanted.limit, start=start)
    return Page([_shown(one) for one in found.items], found.last_key)


def revoke_key(tx: Transaction, key_id: str, by: str) -> None:
    """Revoke a key; one that is revoked stays so, and nothing more is announced.

    Raises
    ------
    NotFound
        When there is no such key.
    """
    found = api_keys.api_key(tx, key_id)
    if found is None:
        raise NotFound("API key")
    if found.revoked_at:
        return
    api_keys.revoke_api_key(tx, found, by)
    event = events.key_revoked(key_id, by)
    announce(tx, aggregate=key_id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)


def _expiry(asked: str | None) -> datetime:
    moment = now()
    expires = parse(asked) if asked else moment + USUAL
    if not moment < expires <= moment + LONGEST:
        raise ValidationFailed(f"A key ends after now, and within {LONGEST.days} days.", field="expires_at")
    return expires


def _shown(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        id=item.id,
        name=item.name,
        prefix=item.prefix,
        scopes=sorted(item.scopes),
        created_by=item.created_by,
        expires_at=item.expires_at,
        revoked_at=item.revoked_at,
        created_at=item.created_at,
        updated_at=item.updated_at,
    )
