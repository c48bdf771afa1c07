"""The rules of accounts. A room of its own for each thing that people do; what other contexts need is here.

Importing this costs another context's function the models and no more: what few ask for is loaded when they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.sessions import live_session
from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.accounts.service.contacts import Contact, contact_of, link_token
    from pushcart.accounts.service.mail_counts import asked_mails_key, note_asked_mail
    from pushcart.accounts.service.roles import grant_roles, user_id_of

__all__ = [
    "Contact",
    "asked_mails_key",
    "contact_of",
    "grant_roles",
    "link_token",
    "live_session",
    "note_asked_mail",
    "profile_key",
    "user_id_of",
]

profile_key = ProfileItem.key_of

__getattr__ = lazily(
    __name__,
    {
        "contacts": ("Contact", "contact_of", "link_token"),
        "mail_counts": ("asked_mails_key", "note_asked_mail"),
        "roles": ("grant_roles", "user_id_of"),
    },
)
