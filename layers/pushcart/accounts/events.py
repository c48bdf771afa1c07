"""What accounts announce. Ids only: a mail or an audit looks up the rest."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Ending = Literal["logout", "refresh_reused"]


class Announcement(NamedTuple):
    """The type and the data of an event."""

    type: str
    data: dict[str, Any]


def registered(user_id: str) -> Announcement:
    return Announcement("user.registered", {"user_id": user_id})


def registration_attempted(user_id: str) -> Announcement:
    """Somebody tried to register with the address of ``user_id``, whom a mail can tell."""
    return Announcement("user.registration_attempted", {"user_id": user_id})


def changed(user_id: str, fields: list[str]) -> Announcement:
    return Announcement("user.changed", {"user_id": user_id, "fields": fields})


def session_revoked(session_id: str, user_id: str, reason: Ending) -> Announcement:
    return Announcement("session.revoked", {"session_id": session_id, "user_id": user_id, "reason": reason})
