"""What is told about accounts.

An event names a ticket at most; the token that its link bears is derived here and is in the mail alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.accounts import service as accounts
from pushcart.accounts.service import Contact
from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, Subject
from pushcart.notifications.templates import LETTERS
from pushcart.notifications.templates.address import REGISTERED_AGAIN_UNVERIFIED
from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.security import SIGNALS
from utils.messages import EventMessage
from utils.settings import setting

LINKED: Final = "user.identity_linked"
"""Told of an account that was there before; who has just made one by it is welcomed."""
ENDED: Final = "session.revoked"
TOLD_ENDINGS: Final = frozenset({"refresh_reused"})
"""Of sessions that end, what somebody is told of: the others are their own doing, or are told as what they are."""


def is_nobodys_concern(message: EventMessage) -> bool:
    """Whether an event is of a kind that is told, but not in its case: nothing is read, sent or noted then."""
    if message.type == LINKED:
        return bool(message.data.get("made"))
    return message.type == ENDED and message.data["reason"] not in TOLD_ENDINGS


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about an event of an account, ``None`` for any other event."""
    if message.type not in LETTERS:
        return None
    return Subject((accounts.profile_key(message.data["user_id"]),), partial(_composed, message))


def _composed(message: EventMessage, found: Sequence[Any]) -> Composed:
    contact, owner_id = accounts.contact_of(found[0]), message.data["user_id"]
    letter = _letter(message, contact) if contact else None
    if contact is None or letter is None:
        return Composed(owner_id, None)
    storefront = setting("STOREFRONT_URL").rstrip("/")
    subject, text, html = letter.render(_values(message, letter), storefront=storefront)
    return Composed(owner_id, Mail(contact.email, subject, text, html))


def _letter(message: EventMessage, contact: Contact) -> Letter | None:
    """Return the words for an event. Nobody is asked to verify what is verified."""
    if message.type == "user.registration_attempted" and message.data.get("ticket") and not contact.email_verified:
        return REGISTERED_AGAIN_UNVERIFIED
    letter = LETTERS[message.type]
    return None if letter.purpose == "verify" and contact.email_verified else letter


def _values(message: EventMessage, letter: Letter) -> dict[str, str]:
    day, time = message.occurred_at[:10], message.occurred_at[11:16]
    values = {"when": f"{day} at {time} UTC"}
    if letter.purpose:
        values["token"] = accounts.link_token(letter.purpose, message.data["ticket"])
    known = (SIGNALS[signal] for signal in message.data.get("signals", ()) if signal in SIGNALS)
    return values | {"signals": ", and ".join(known)}
