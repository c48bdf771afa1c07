"""Registering."""

from __future__ import annotations

from typing import Final

from pushcart.accounts import events, passwords, tickets
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.sign_in import Register, Registered
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.transaction import Transaction

FIRST_ROLES: Final = frozenset({"customer"})


def register(tx: Transaction, wanted: Register) -> Registered:
    """Make an account, unless the address has one: then nothing is made, and its owner can be told by mail.

    Both ways the answer is the same, and so is the work: one password hashed. Of several requests for one address at
    the same moment one makes the account; the others are told to try again, and then find it taken.

    Raises
    ------
    ValidationFailed
        When the password is too easy to guess.
    """
    passwords.refuse_weak(wanted.password, email=wanted.email, name=wanted.name)
    owner, _ = people.owner_of(tx, wanted.email)
    password_hash = passwords.hash_password(wanted.password)
    if owner is None:
        _make(tx, wanted, password_hash)
    else:
        event = events.registration_attempted(owner)
        # An aggregate of its own: a stranger's attempt must not move the owner's account, nor be in its way.
        announce(tx, aggregate=new_id("reg"), sequence=1, type=event.type, data=event.data)
    return Registered(email=wanted.email)


def _make(tx: Transaction, wanted: Register, password_hash: str) -> None:
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
