"""How often strangers had one address written to, for other contexts that write to whom they are told to."""

from __future__ import annotations

from pushcart.accounts.asked_mails import key_of as asked_mails_key
from pushcart.accounts.asked_mails import note as note_asked_mail

__all__ = ["asked_mails_key", "note_asked_mail"]
