"""Money in integer minor units. There is no float anywhere near it (requirement C9)."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from utils.settings import setting
from utils.startup import IN_LAMBDA

MAX_AMOUNT: Final = 2**53 - 1
"""The greatest integer that every JSON reader keeps exact (RFC 8259, 6)."""
MAX_PRICE: Final = 10**11
"""The greatest price of one unit: 50 lines of 999 at this price still add up to less than :data:`MAX_AMOUNT`."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


class Money(BaseModel):
    """An amount in minor units of its currency: 19.99 EUR is ``{"amount": 1999, "currency": "EUR"}``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    amount: int = Field(ge=0, le=MAX_AMOUNT, examples=[1999])
    currency: Currency = Field(examples=["EUR"])


def shop_currency() -> str:
    """Return the currency that the shop sells in unless a cart says otherwise (setting ``SHOP_CURRENCY``).

    Example
    -------
    >>> shop_currency()  # doctest: +SKIP
    'EUR'
    """
    return setting("SHOP_CURRENCY")
