"""Mails that lead somebody to their order: one that they asked for, or one that was placed in their name."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter
from pushcart.notifications.templates.links import OWN_ORDER, SHOW_ORDER

LINK_REQUESTED: Final = Letter(
    subject="Your order $number",
    parts=(
        "Somebody, probably you, asked for a link to order $number, which was placed with this address.",
        SHOW_ORDER,
        "Whoever has the link can see the order. If it was not you who asked, you need not do anything.",
    ),
)

_PLACED: Final = "We placed order $number for you. It comes to $amount."
_UNTIL: Final = "We hold it for you until $until. If it is not paid by then, it ends by itself and costs you nothing."

DRAFTED: Final = Letter(subject="Please pay your order $number", parts=(_PLACED, SHOW_ORDER, _UNTIL))
"""To somebody without an account: the link bears the order's token."""

DRAFTED_FOR_CUSTOMER: Final = Letter(subject="Please pay your order $number", parts=(_PLACED, OWN_ORDER, _UNTIL))
"""To a customer, who signs in."""
