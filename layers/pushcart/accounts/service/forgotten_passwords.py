"""Asking for a link by which a forgotten password can be set anew.

Nobody learns from it who has an account: whatever stands behind the address, the answer is one, and so is the work (two
reads and one transaction of as many items).
"""

from __future__ import annotations

from pushcart.accounts import asked_mails, events, tickets
from pushcart.accounts.events import Announcement
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.passwords import ResetAsked
from pushcart.accounts.service.contacts import is_usable
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.transaction import Transaction


def ask_for_reset(tx: Transaction, email: str) -> ResetAsked:
    """Have a link mailed to the owner of ``email``, at most three times in any hour.

    An account whose address is not verified gets a link that verifies it: a reset would hand an account to whoever
    reads that mail, who need not be the one that made it.
    """
    asked_key = asked_mails.key_of("reset", email)
    owner, (asked,) = people.owner_of(tx, email, asked_key)
    profile = people.profile(tx, owner or people.NOBODY)
    granted = asked_mails.note(tx, asked_key, asked)
    event = _answer(tx, profile) if granted else _decoy(tx, "asked_too_often")
    # An aggregate of its own: a stranger's wish must not move the owner's account, nor be in its way.
    announce(tx, aggregate=new_id("rst"), sequence=1, type=event.type, data=event.data)
    return ResetAsked(email=email)


def _answer(tx: Transaction, profile: ProfileItem | None) -> Announcement:
    if not is_usable(profile):
        return _decoy(tx, "no_account")
    if not profile.email_verified:
        return events.verification_requested(profile.id, tickets.issue(tx, "verify", profile.id))
    return events.password_reset_requested(profile.id, tickets.issue(tx, "reset", profile.id))


def _decoy(tx: Transaction, reason: events.Unanswered) -> Announcement:
    """Append a ticket that nobody is sent and that opens nothing: the same work as a real one."""
    tickets.issue(tx, "reset", people.NOBODY)
    return events.password_reset_unanswered(reason)
