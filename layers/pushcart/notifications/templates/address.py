"""Mails by which an address is shown to be one's own."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import FORGOT_PASSWORD, VERIFY_EMAIL

REGISTERED: Final = Letter(
    subject="Confirm your email address",
    parts=(
        "Thank you for registering. Please confirm that this address is yours.",
        VERIFY_EMAIL,
        "The link works for 24 hours.",
        "If you did not register, you need not do anything: somebody mistyped their address, or tried yours.",
    ),
    purpose="verify",
)

VERIFICATION_REQUESTED: Final = Letter(
    subject="Confirm your address, then set a new password",
    parts=(
        "Somebody, probably you, asked for a new password for the account with this address.",
        "The address has not been confirmed yet, so please do that first.",
        VERIFY_EMAIL,
        "The link works for 24 hours. After that, ask for the new password again.",
        FORGOT_PASSWORD,
        "If it was not you, you need not do anything.",
    ),
    purpose="verify",
)

REGISTERED_AGAIN: Final = Letter(
    subject="Somebody tried to register with your address",
    parts=(
        "Somebody, perhaps you, tried to register with this address. It has an account already; nothing was changed.",
        "If you forgot the password, ask for a new one.",
        FORGOT_PASSWORD,
        "If it was not you, you need not do anything.",
    ),
)

REGISTERED_AGAIN_UNVERIFIED: Final = Letter(
    subject="Confirm your email address",
    parts=(
        "Somebody, perhaps you, tried to register with this address. Nothing was changed.",
        "It has an account already, made with the password that was chosen then, which waits to be confirmed.",
        VERIFY_EMAIL,
        "The link works for 24 hours.",
        "If you do not know the password of that account, or did not make it, confirm the address and ask for another.",
        FORGOT_PASSWORD,
        "If you never registered, you need not do anything.",
    ),
    purpose="verify",
)
