"""Ways to deliver, as staff write and see them."""

from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pushcart.money import MAX_AMOUNT, MAX_PRICE, Currency
from pushcart.pricing.schemas.parts import MAX_CURRENCIES, TIME
from utils.schemas import Country, Input, Name, Output
from utils.startup import IN_LAMBDA

MAX_COUNTRIES: Final = 250
MAX_STEPS: Final = 20
MAX_GRAMS: Final = 10**12


class WeightStep(BaseModel):
    """What delivery costs up to a weight of the whole order."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    max_grams: int = Field(ge=1, le=MAX_GRAMS, examples=[2000])
    amount: int = Field(ge=0, le=MAX_PRICE, examples=[499])


class ShippingRate(BaseModel):
    """What delivery costs in one currency (minor units): one ``amount``, or ``steps`` by weight, the lightest first.

    What is heavier than the last step is not delivered so. From ``free_from`` on, which the goods come to after
    discounts, delivery is free.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    currency: Currency = Field(examples=["EUR"])
    amount: int | None = Field(default=None, ge=0, le=MAX_PRICE, examples=[499])
    steps: list[WeightStep] = Field(default_factory=list, max_length=MAX_STEPS, examples=[[]])
    free_from: int | None = Field(default=None, ge=0, le=MAX_AMOUNT, examples=[5000])

    @model_validator(mode="after")
    def _goes_together(self) -> "ShippingRate":
        if (self.amount is None) == (not self.steps):
            raise PydanticCustomError("amount_or_steps", "Say one amount, or steps by weight.")
        weights = [step.max_grams for step in self.steps]
        if any(lighter >= heavier for lighter, heavier in pairwise(weights)):
            raise PydanticCustomError("unordered_steps", "Each step is heavier than the one before.")
        return self


def _one_each(rates: list[ShippingRate]) -> list[ShippingRate]:
    if len({rate.currency for rate in rates}) != len(rates):
        raise PydanticCustomError("repeated_currency", "Name each currency once.")
    return rates


def _different(countries: list[str]) -> list[str]:
    return sorted(set(countries))


Rates = Annotated[list[ShippingRate], Field(min_length=1, max_length=MAX_CURRENCIES), AfterValidator(_one_each)]
Countries = Annotated[list[Country], Field(max_length=MAX_COUNTRIES), AfterValidator(_different)]

_RATES: Final = [{"currency": "EUR", "amount": 499, "steps": [], "free_from": 5000}]


class NewShippingMethod(Input):
    """A way to deliver to be offered: to all countries unless some are named, in the currencies of its rates."""

    name: Name = Field(examples=["Parcel, two to three days"])
    countries: Countries = Field(default_factory=list, examples=[["AT", "DE"]])
    rates: Rates = Field(examples=[_RATES])
    active: bool = Field(default=True, examples=[True])


class ShippingMethodChanges(Input):
    """What is to be different about a way to deliver; what is left out stays. Rates are replaced as a whole."""

    name: Name = Field(default="", examples=["Parcel, two to three days"])
    countries: Countries = Field(default_factory=list, examples=[["AT", "DE"]])
    rates: Rates = Field(default_factory=list, examples=[_RATES])
    active: bool = Field(default=True, examples=[True])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ShippingMethod(Output):
    """A way to deliver. One that was archived is offered no more and in no list; orders name it still."""

    id: str = Field(max_length=64, examples=["shp_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["Parcel, two to three days"])
    countries: list[str] = Field(max_length=MAX_COUNTRIES, examples=[["AT", "DE"]])
    rates: list[ShippingRate] = Field(max_length=MAX_CURRENCIES, examples=[_RATES])
    active: bool = Field(examples=[True])
    archived_at: str | None = Field(max_length=32, examples=[None])
    created_at: str = Field(max_length=32, examples=[TIME])
    updated_at: str = Field(max_length=32, examples=[TIME])
    version: int = Field(ge=1, examples=[1])
