"""Mails about the password."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import FORGOT_PASSWORD, RESET_PASSWORD

RESET_REQUESTED: Final = Letter(
    subject="Set a new password",
    parts=(
        "Somebody, probably you, asked for a new password for the account with this address.",
        RESET_PASSWORD,
        "The link works for 15 minutes and once. Setting a password signs you out everywhere.",
        "If it was not you, you need not do anything: your password stays as it is.",
    ),
    purpose="reset",
)

PASSWORD_CHANGED: Final = Letter(
    subject="Your password was set",
    parts=(
        "A new password was set for your account on $when. Whoever else was signed in was signed out.",
        "If that was you, there is nothing to do. If it was not, set another one at once.",
        FORGOT_PASSWORD,
    ),
)
