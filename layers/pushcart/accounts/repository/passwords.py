"""Writing passwords, and what profile and session say of them."""

from __future__ import annotations

from pushcart.accounts.models.people import PasswordItem, ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from utils.errors import Overtaken, Unauthenticated
from utils.models import Key
from utils.transaction import Transaction


def password_key(user_id: str) -> Key:
    """Return where somebody's password hash stands."""
    return PasswordItem.key_of(user_id)


def set_hash(tx: Transaction, user_id: str, found: PasswordItem | None, password_hash: str) -> None:
    """Append the hash of a new password, in the place of the one that was read or as the account's first."""
    if found is not None:
        tx.change(found, PasswordItem.hash.set(password_hash), refused=Overtaken())
        return
    key = PasswordItem.key_of(user_id)
    first = PasswordItem(key.pk, key.sk, hash=password_hash, created_at=tx.moment, updated_at=tx.moment)
    tx.create(first, taken=Overtaken())


def end_sessions_before(
    tx: Transaction, found: ProfileItem, moment: str, *, verified: bool, mfa: bool, events: int
) -> None:
    """Append that no session lives on whose owner proved who they are before ``moment`` (RFC 3339).

    ``verified``: that the address is the owner's, too. ``mfa``: whether a second factor is asked for from now on.
    ``events`` of the account are announced along with it.
    """
    tx.change(
        found,
        ProfileItem.sessions_from.set(moment),
        ProfileItem.email_verified.set(verified),
        ProfileItem.mfa.set(mfa),
        ProfileItem.sequence.set(found.sequence + events),
        refused=Overtaken(),
    )


def keep_session(tx: Transaction, user_id: str, session_id: str, moment: str) -> None:
    """Append that the owner of a session proved at ``moment`` who they are, so that it outlives the others."""
    lives = SessionItem.pk.exists() & SessionItem.revoked_at.does_not_exist()
    ended = Unauthenticated("Your session has ended. Log in again.")
    tx.adjust(
        SessionItem.key_of(user_id, session_id), SessionItem.authenticated_at.set(moment), when=lives, refused=ended
    )


def verify_address(tx: Transaction, found: ProfileItem) -> None:
    """Append that the account's address is its owner's."""
    tx.change(
        found,
        ProfileItem.email_verified.set(True),
        ProfileItem.sequence.set(found.sequence + 1),
        refused=Overtaken(),
    )
