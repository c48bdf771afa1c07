"""Mails to whoever waits for something that is sold out."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import CONFIRM_WAITING, STOP_WAITING

ASKED: Final = Letter(
    subject="Shall we tell you when it is back?",
    parts=(
        "Somebody, probably you, asked us to write to this address when $title can be had again.",
        CONFIRM_WAITING,
        "The link works for 48 hours. Without it we will not write again.",
    ),
)

BACK: Final = Letter(
    subject="$title can be had again",
    parts=(
        "You asked us to tell you when $title can be had again. Now it can, while stocks last.",
        "This is the only mail about it. Your address is forgotten within two days, or at once:",
        STOP_WAITING,
    ),
)
