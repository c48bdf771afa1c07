"""Money as people read it, and text that stays on one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.string_formatters import EXPONENTS, exponent_of, format_money, one_line


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (0, "EUR", "0.00 EUR"),
        (5, "EUR", "0.05 EUR"),
        (1999, "EUR", "19.99 EUR"),
        (123456789, "USD", "1,234,567.89 USD"),
        (1999, "JPY", "1,999 JPY"),
        (1999, "KWD", "1.999 KWD"),
        (12345, "CLF", "1.2345 CLF"),
        (-1050, "EUR", "-10.50 EUR"),
    ],
)
def test_money_is_written_by_its_currencys_exponent(amount: int, currency: str, shown: str) -> None:
    assert format_money(amount, currency) == shown


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["EUR", *EXPONENTS]))
def test_no_amount_is_rounded(amount: int, currency: str) -> None:
    number = format_money(amount, currency).split(" ")[0].replace(",", "")
    whole, _, part = number.partition(".")
    assert int(whole + part) == amount
    assert len(part) == exponent_of(currency)


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: b", "a\nBcc: b", "a\u2028Bcc: b", "a\x00Bcc: b", "a \u202e Bcc:\tb", " a  Bcc: b "]
)
def test_text_stays_on_one_line(text: str) -> None:
    assert one_line(text) == "a Bcc: b"


def test_letters_of_any_script_stay() -> None:
    assert one_line("Größe, čaj, 茶, قهوة") == "Größe, čaj, 茶, قهوة"
