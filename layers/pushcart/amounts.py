"""Arithmetic on amounts: the one rounding policy of the shop, and shares that add up (requirement C9).

**Half up, once for each line and rate.** Where a fraction of a minor unit comes up it is rounded to the nearest one, a
half upwards, at one place only: the tax of a line, the tax of the delivery, a percentage off the goods. Sums are sums
of rounded figures, so that every figure on an invoice adds up to the one below it. It is what merchants' arithmetic
(DIN 1333), tax offices (https://www.gov.uk/guidance/vat-guide-notice-700, 17.5) and people with a pocket calculator
do; the European Union leaves the method to its members (Court of Justice, C-484/06 Ahold), and none of them asks for
banker's rounding, whose gain shows in averages of many and not on one receipt.

A minor unit is the smallest there is, whatever its exponent (JPY 0, EUR 2, BHD 3): exponents are for showing amounts
(:mod:`utils.string_formatters`) and play no part here.
"""

from __future__ import annotations

from collections.abc import Sequence

from utils.string_formatters import exponent_of

__all__ = ["allocate", "exponent_of", "round_share"]


def round_share(amount: int, numerator: int, denominator: int) -> int:
    """Return ``amount * numerator / denominator``, rounded half up. Integers only, so nothing is lost on the way.

    Parameters
    ----------
    amount
        Minor units, not negative: what goes back is the part that was charged, never a negative charge.
    numerator, denominator
        The share: 1900 of 10000 is 19 %.

    Raises
    ------
    ValueError
        For a negative amount or share, or a denominator that is not positive.

    Example
    -------
    >>> round_share(1999, 1900, 10_000), round_share(50, 1, 100), round_share(49, 1, 100)
    (380, 1, 0)
    """
    if amount < 0 or numerator < 0 or denominator <= 0:
        raise ValueError(f"no share: {numerator}/{denominator} of {amount}")
    return (2 * amount * numerator + denominator) // (2 * denominator)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Part ``amount`` by ``weights`` so that the parts add up to it: no unit is lost, none is made.

    By largest remainder (Hamilton's method): each gets its whole share, and the units that are left over go one each to
    the largest remainders; among equal ones to the greater weight, then to the earlier place, so that the same question
    has one answer. A part is its exact share rounded down or up, hence at most its weight while ``amount`` is at most
    their sum, and nothing where the weight is nothing.

    Parameters
    ----------
    amount
        Minor units, not negative.
    weights
        Not negative; where all are zero the parts are equal but for the units left over.

    Raises
    ------
    ValueError
        For a negative amount or weight, or an amount that there is nobody to give to.

    Example
    -------
    >>> allocate(100, [1, 1, 1]), allocate(5, [0, 3, 7]), allocate(0, [])
    ([34, 33, 33], [0, 2, 3], [])
    """
    if amount < 0 or any(weight < 0 for weight in weights) or (amount and not weights):
        raise ValueError(f"no way to part {amount} by {list(weights)}")
    shares = weights if any(weights) else [1] * len(weights)
    whole = sum(shares) or 1
    parts = [amount * share // whole for share in shares]
    by_need = sorted(range(len(shares)), key=lambda at: (-(amount * shares[at] % whole), -shares[at], at))
    for at in by_need[: amount - sum(parts)]:
        parts[at] += 1
    return parts
