"""Who somebody is to the shop, as its operator says: for the first admin, the demo and the tests."""

from __future__ import annotations

from collections.abc import Iterable

from pushcart.access import ROLES
from pushcart.accounts import events
from pushcart.accounts.repository import people
from pushcart.accounts.service import administrators
from pushcart.outbox.service import announce
from utils.errors import NotFound
from utils.transaction import Transaction


def grant_roles(user_id: str, roles: Iterable[str]) -> None:
    """Give an account exactly these roles; whoever calls this vouches for its address, as staff roles require.

    Tokens that are out keep the roles they have, for ten minutes at most.

    Raises
    ------
    ValueError
        For a role that is none, or no role at all.
    NotFound
        When there is no such account.
    InvalidState
        The last admin stays.

    Example
    -------
    >>> grant_roles(user_id_of("admin@demo.test"), ["admin"])  # doctest: +SKIP
    """
    wanted = set(roles)
    if not wanted or wanted - ROLES:
        raise ValueError(f"roles are one or more of {', '.join(sorted(ROLES))}; not {sorted(wanted)}")
    tx = Transaction()
    found = people.profile(tx, user_id)
    if found is None:
        raise NotFound("user")
    was, becomes = administrators.reigns(found), administrators.reigns(found, roles=wanted)
    people.change_roles(tx, found, wanted)
    administrators.move(tx, user_id, was=was, becomes=becomes, by=None)
    event = events.changed(user_id, ["roles", "email_verified"])
    announce(tx, aggregate=user_id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)
    tx.commit()


def user_id_of(email: str) -> str | None:
    """Return the id of the account with this address, ``None`` when there is none.

    Example
    -------
    >>> user_id_of("customer@demo.test")  # doctest: +SKIP
    'usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S'
    """
    owner, _ = people.owner_of(Transaction(), email.strip().lower())
    return owner
