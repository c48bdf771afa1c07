"""Text for people: money, and values that go into one line of a mail or a log."""

from __future__ import annotations

import unicodedata
from typing import Final

DEFAULT_EXPONENT: Final = 2
EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimals of the currencies that have not two (ISO 4217, list one:
https://www.six-group.com/en/products-services/financial-information/data-standards.html)."""


def exponent_of(currency: str) -> int:
    """Return how many decimals a currency's minor unit stands for.

    Example
    -------
    >>> exponent_of("EUR"), exponent_of("JPY"), exponent_of("KWD")
    (2, 0, 3)
    """
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def format_money(amount: int, currency: str) -> str:
    """Write an amount of minor units as people read it. Integers only: nothing is rounded.

    Parameters
    ----------
    amount
        In minor units; may be negative.
    currency
        An ISO 4217 code.

    Example
    -------
    >>> format_money(123456, "EUR"), format_money(1999, "JPY"), format_money(-5, "KWD")
    ('1,234.56 EUR', '1,999 JPY', '-0.005 KWD')
    """
    exponent = exponent_of(currency)
    whole, part = divmod(abs(amount), 10**exponent)
    decimals = f".{part:0{exponent}d}" if exponent else ""
    return f"{'-' if amount < 0 else ''}{whole:,}{decimals} {currency}"


def one_line(text: str) -> str:
    """Return ``text`` on one line: control and format characters (line breaks, text direction) become spaces.

    Example
    -------
    >>> one_line("Shirt\\r\\nBcc: everyone")
    'Shirt Bcc: everyone'
    """
    shown = (character if unicodedata.category(character)[0] not in "CZ" else " " for character in text)
    return " ".join("".join(shown).split())
