"""Whom a mail about an account goes to, and what opens the link in it."""

from __future__ import annotations

from typing import NamedTuple, TypeGuard

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.tickets import token_of as link_token
from utils.models import Item

__all__ = ["Contact", "contact_of", "is_usable", "link_token"]


class Contact(NamedTuple):
    """Where somebody with an account is written to."""

    user_id: str
    email: str
    email_verified: bool


def contact_of(item: Item | None) -> Contact | None:
    """Return whom to write to about an account, as its profile was read at ``profile_key(user_id)``.

    Returns
    -------
    Contact or None
        ``None`` where nobody is to be written to: the account was disabled, taken away or erased.

    Example
    -------
    >>> contact_of(None) is None
    True
    """
    return Contact(item.id, item.email, item.email_verified) if is_usable(item) else None


def is_usable(item: Item | None) -> TypeGuard[ProfileItem]:
    """Whether a profile, as read, is of an account that somebody may still use."""
    return isinstance(item, ProfileItem) and item.is_open
