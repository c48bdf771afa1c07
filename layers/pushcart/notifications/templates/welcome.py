"""Mails that begin a relation."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import FIRST_PASSWORD, FORGOT_PASSWORD

INVITED: Final = Letter(
    subject="You have an account",
    parts=(
        "An account was made for you in our shop. Choose a password to use it.",
        FIRST_PASSWORD,
        "The link works for 72 hours and once. By using it you confirm that this address is yours.",
        "If you expected no account, you need not do anything.",
    ),
    purpose="invite",
)

WELCOME: Final = Letter(
    subject="Welcome",
    parts=(
        "Your address is confirmed and your account is ready. We are glad that you are here.",
        "Should you ever forget your password, ask for a new one.",
        FORGOT_PASSWORD,
    ),
)

WELCOMED: Final = Letter(
    subject="Welcome",
    parts=(
        "Your account with us is ready, under this address and the password that you chose.",
        "Should you have forgotten the password, ask for a new one.",
        FORGOT_PASSWORD,
    ),
)
