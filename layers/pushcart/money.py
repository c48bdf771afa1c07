"""Money in integer minor units. There is no float anywhere near it (requirement C9)."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_AMOUNT: Final = 10**12
"""Ten thousand million in a currency with two decimals: far over any order, far under what JSON readers keep exact."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


class Money(BaseModel):
    """An amount in minor units of its currency: 19.99 EUR is ``{"amount": 1999, "currency": "EUR"}``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    amount: int = Field(ge=0, le=MAX_AMOUNT, examples=[1999])
    currency: Currency = Field(examples=["EUR"])
