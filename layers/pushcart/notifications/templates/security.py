"""Mails that tell of what somebody should know was done to their account, so that they can say that it was not they."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import FORGOT_PASSWORD

_NOT_YOU: Final = (
    "If that was you, there is nothing to do. If it was not, set a new password at once, which signs everybody out.",
    FORGOT_PASSWORD,
)

MFA_ENABLED: Final = Letter(
    subject="A second factor is on",
    parts=("From $when on, signing in to your account asks for a code of your authenticator app.", *_NOT_YOU),
)

MFA_DISABLED: Final = Letter(
    subject="The second factor is off",
    parts=("Since $when, signing in to your account asks for the password alone.", *_NOT_YOU),
)

IDENTITY_LINKED: Final = Letter(
    subject="Another way to sign in",
    parts=(
        "Since $when, your account can be signed in to through an identity provider, too.",
        "Somebody has signed in there whose address is yours.",
        *_NOT_YOU,
    ),
)

UNUSUAL_SIGN_IN: Final = Letter(
    subject="A sign-in to your account",
    parts=("Somebody signed in to your account on $when $signals.", *_NOT_YOU),
)

SIGNALS: Final[dict[str, str]] = {
    "new_device": "from a device or a network that you have not used with us lately",
    "impossible_speed": "from farther away than anybody travels in the time since your last sign-in",
}
"""How each signal of an unusual sign-in is told."""

SESSION_ENDED: Final = Letter(
    subject="You were signed out for your safety",
    parts=(
        "On $when a key of one of your sessions was used a second time, so that session was ended on all devices.",
        "That happens when somebody has copied the key.",
        "Sign in again to go on. If you use a device that others can use, set a new password.",
        FORGOT_PASSWORD,
    ),
)

DATA_EXPORTED: Final = Letter(
    subject="A copy of your data is ready",
    parts=(
        "The copy of your data that was asked for is ready since $when. Sign in to fetch it.",
        *_NOT_YOU,
    ),
)
