"""Showing that an address is one's own, by the link that was mailed to it."""

from __future__ import annotations

from pushcart.accounts import events, tickets
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.tickets import TicketItem
from pushcart.accounts.repository import passwords as repository
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.passwords import VerifiedEmail
from pushcart.accounts.service.contacts import is_usable
from pushcart.outbox.service import announce
from utils.errors import Overtaken
from utils.transaction import Transaction


def verify_email(tx: Transaction, token: str) -> VerifiedEmail:
    """Note that the address of an account is its owner's.

    A token works once. Shown again within its 24 hours (the answer was lost, a mail scanner followed the link first,
    the owner clicked twice) it is told the same and changes nothing, as long as the address is verified.

    Raises
    ------
    ValidationFailed
        On ``token``: it is none of ours, is for something else, has lapsed, or its account cannot be used any more.
    """
    ticket = tickets.issued(tx.read_one(tickets.key_of(token)), "verify")
    profile = people.profile(tx, ticket.user_id)
    if not is_usable(profile) or (ticket.used_at and not profile.email_verified):
        raise tickets.refusal()
    if not ticket.used_at:
        _use(tx, ticket, profile)
    return VerifiedEmail(email=profile.email)


def _use(tx: Transaction, ticket: TicketItem, profile: ProfileItem) -> None:
    tickets.use(tx, ticket, used=Overtaken())
    if profile.email_verified:
        return
    repository.verify_address(tx, profile)
    event = events.email_verified(profile.id)
    announce(tx, aggregate=profile.id, sequence=int(profile.sequence) + 1, type=event.type, data=event.data)
