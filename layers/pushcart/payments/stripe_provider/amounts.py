"""Our minor units, by ISO 4217, and Stripe's, which differ for a few currencies
(https://docs.stripe.com/currencies#zero-decimal and #special-cases)."""

from __future__ import annotations

from typing import Final

from utils.string_formatters import exponent_of

STRIPE_EXPONENTS: Final[dict[str, int]] = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Decimals of Stripe's unit where they are not ISO's. ISK and UGX have none, but Stripe goes on counting in hundredths,
which must be whole; of MGA it counts whole ones only."""

STEPS: Final[dict[str, int]] = {"ISK": 100, "UGX": 100, **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10)}
"""What an amount in Stripe's units must be a multiple of: of three decimals the last is always 0."""

NOT_TAKEN: Final = frozenset({"CLF", "UYI", "UYW"})
"""Units of account, in which nobody pays."""


class Inexpressible(ValueError):
    """Stripe cannot move exactly this amount. It is never rounded: somebody would be charged what was not agreed."""


def to_stripe(amount: int, currency: str) -> int:
    """Return an amount of ours in Stripe's units.

    Raises
    ------
    Inexpressible
        When it falls between two of Stripe's units.

    Example
    -------
    >>> to_stripe(1999, "EUR"), to_stripe(500, "JPY"), to_stripe(5120, "BHD"), to_stripe(5, "ISK")
    (1999, 500, 5120, 500)
    >>> to_stripe(5125, "BHD")
    Traceback (most recent call last):
    pushcart.payments.stripe_provider.amounts.Inexpressible: 5125 BHD
    """
    if currency in NOT_TAKEN:
        raise Inexpressible(f"{amount} {currency}")
    up, down = _factors(currency)
    theirs, rest = divmod(amount * up, down)
    if rest or theirs % STEPS.get(currency, 1):
        raise Inexpressible(f"{amount} {currency}")
    return theirs


def from_stripe(amount: int, currency: str) -> int:
    """Return an amount of Stripe's in our minor units.

    Raises
    ------
    Inexpressible
        When it is less than one of ours, as Stripe never makes it.

    Example
    -------
    >>> from_stripe(1999, "EUR"), from_stripe(500, "ISK"), from_stripe(7, "MGA")
    (1999, 5, 700)
    """
    up, down = _factors(currency)
    ours, rest = divmod(amount * down, up)
    if rest:
        raise Inexpressible(f"{amount} {currency} of Stripe's")
    return ours


def _factors(currency: str) -> tuple[int, int]:
    ours = exponent_of(currency)
    theirs = STRIPE_EXPONENTS.get(currency, ours)
    return (10 ** (theirs - ours), 1) if theirs >= ours else (1, 10 ** (ours - theirs))
