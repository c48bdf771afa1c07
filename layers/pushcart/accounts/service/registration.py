"""Registering."""

from __future__ import annotations

from typing import Final

from pushcart.accounts import asked_mails, events, passwords, tickets
from pushcart.accounts.models.asked_mails import AskedMailsItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.sign_in import Register, Registered
from pushcart.accounts.service.contacts import is_usable
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.models import Key
from utils.transaction import Transaction

FIRST_ROLES: Final = frozenset({"customer"})


def register(tx: Transaction, wanted: Register) -> Registered:
    """Make an account, unless the address has one: then nothing is made, and its owner is told by mail, at most three
    times in any hour.

    Both ways the answer is the same, and so is what takes time: two reads and one password hashed. Of several requests
    for one address at the same moment one makes the account; the others are told to try again, and then find it taken.

    Raises
    ------
    ValidationFailed
        When the password is too easy to guess.
    """
    passwords.refuse_weak(wanted.password, email=wanted.email, name=wanted.name)
    asked_key = asked_mails.key_of("registration", wanted.email)
    owner, (asked,) = people.owner_of(tx, wanted.email, asked_key)
    profile = people.profile(tx, owner or people.NOBODY)
    password_hash = passwords.hash_password(wanted.password)
    if owner is None:
        make_account(tx, wanted, password_hash)
    elif is_usable(profile):
        _tell(tx, profile, asked_key, asked)
    return Registered(email=wanted.email)


def _tell(tx: Transaction, profile: ProfileItem, asked_key: Key, asked: AskedMailsItem | None) -> None:
    if not asked_mails.note(tx, asked_key, asked):
        return
    ticket = None if profile.email_verified else tickets.issue(tx, "verify", profile.id)
    event = events.registration_attempted(profile.id, ticket)
    # An aggregate of its own: a stranger's attempt must not move the owner's account, nor be in its way.
    announce(tx, aggregate=new_id("reg"), sequence=1, type=event.type, data=event.data)


def make_account(tx: Transaction, wanted: Register, password_hash: str) -> ProfileItem:
    """Append a new account with its first event, and return its profile."""
    made = people.add_account(
        tx,
        new_id("usr"),
        email=wanted.email,
        name=wanted.name,
        locale=wanted.locale,
        roles=set(FIRST_ROLES),
        password_hash=password_hash,
    )
    event = events.registered(made.id, tickets.issue(tx, "verify", made.id))
    announce(tx, aggregate=made.id, sequence=int(made.sequence), type=event.type, data=event.data)
    return made
