"""What the shapes of pricing are made of."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from pushcart.money import MAX_PRICE, Money
from utils.clock import rfc3339

TIME: Final = "2026-01-02T03:04:05.000Z"
MAX_CURRENCIES: Final = 20


def _one_spelling(text: str) -> str:
    """Return a moment in UTC, as all are stored, so that they compare as text."""
    try:
        return rfc3339(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise PydanticCustomError("no_moment", "There is no such date and time.") from None


def _one_each(amounts: list[Money]) -> list[Money]:
    if len({one.currency for one in amounts}) != len(amounts):
        raise PydanticCustomError("repeated_currency", "Name each currency once.")
    if any(not 1 <= one.amount <= MAX_PRICE for one in amounts):
        raise PydanticCustomError("no_amount", f"An amount is 1 to {MAX_PRICE} minor units.")
    return amounts


Instant = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$",
        max_length=32,
    ),
    AfterValidator(_one_spelling),
]
"""A date and time of RFC 3339 in any zone; milliseconds in UTC are what is kept of it."""

Amounts = Annotated[list[Money], Field(max_length=MAX_CURRENCIES), AfterValidator(_one_each)]
"""An amount for each of some currencies."""

PromotionCode = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=50)
]
"""A code that people type, in any case: capital letters are what is kept."""
