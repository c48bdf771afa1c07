"""Telling people what happened to what they bought, and to their account.

A room for what is told about each, and one that sends.
"""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.notifications.service.sending import NothingToSay, send_mail

__all__ = ["NothingToSay", "send_mail"]

__getattr__ = lazily(__name__, {"sending": ("NothingToSay", "send_mail")})
