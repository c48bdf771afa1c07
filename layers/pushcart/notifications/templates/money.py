"""What is told of money that went back, and of orders that ended."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Letter

_WHEN: Final = "Your bank may take a few days to show it."
_QUESTIONS: Final = "Please keep this number for any question about the order: $number"

REFUNDED: Final = Letter(
    subject="$amount of your order $number went back to you",
    parts=("We gave $amount back to whatever you paid your order $number with. " + _WHEN, _QUESTIONS),
)
CANCELLED: Final = Letter(
    subject="Your order $number is cancelled",
    parts=("Your order $number is cancelled, as it was asked for. Nothing is charged for it.", _QUESTIONS),
)
CANCELLED_AND_REFUNDED: Final = Letter(
    subject="Your order $number is cancelled",
    parts=(
        "Your order $number is cancelled, as it was asked for. We gave $amount back to whatever you paid it with. "
        + _WHEN,
        _QUESTIONS,
    ),
)
STOCK_LOST: Final = Letter(
    subject="We could not keep your order $number",
    parts=(
        "Your payment for order $number came after its time had run out, and what you ordered was sold out by then.",
        "We are sorry: the order is cancelled.",
        "We gave $amount back to whatever you paid with. " + _WHEN,
        _QUESTIONS,
    ),
)
