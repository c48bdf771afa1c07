"""Every read and write of notifications."""

from __future__ import annotations

from pushcart.notifications.models import NoteItem
from utils.clock import now, rfc3339
from utils.errors import Conflict
from utils.messages import EventMessage
from utils.models import Key
from utils.transaction import Transaction


def note_id_of(event_id: str) -> str:
    """Return the id of the notification that an event causes: derived, so that a second delivery finds the first's."""
    return f"ntf_{event_id.partition('_')[2] or event_id}"


def note_key(event_id: str) -> Key:
    return NoteItem.key_of(note_id_of(event_id))


def add(
    tx: Transaction, message: EventMessage, *, owner_id: str | None, status: str, provider_id: str | None = None
) -> None:
    """Append the note that ``message`` was dealt with."""
    key, moment = note_key(message.id), rfc3339(now())
    note = NoteItem(
        key.pk,
        key.sk,
        id=note_id_of(message.id),
        kind=message.type,
        status=status,
        about=message.aggregate,
        owner_id=owner_id,
        provider_id=provider_id,
        created_at=moment,
        updated_at=moment,
    )
    tx.create(note, taken=Conflict("notified before"))
