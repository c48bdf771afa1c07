"""Rates of tax, as staff write and see them."""

from typing import Any, Final

from pydantic import Field

from pushcart.pricing.schemas.parts import TIME
from utils.schemas import Country, Input, Name, Output

MAX_BASIS_POINTS: Final = 5000
"""50 %: the greatest order at the greatest rate still comes to less than ``pushcart.money.MAX_AMOUNT``."""


class NewTaxRate(Input):
    """A rate of tax for a country, or for one region of it, where it holds in place of the country's.

    A region is compared with that of the shipping address, in any case. ``included`` says that prices contain the tax,
    and is the same for all rates of a country; ``applies_to_shipping``, that deliveries bear it too.
    """

    name: Name = Field(examples=["VAT"])
    country: Country = Field(examples=["DE"])
    region: Name | None = Field(default=None, examples=[None])
    basis_points: int = Field(ge=0, le=MAX_BASIS_POINTS, examples=[1900])
    included: bool = Field(default=False, examples=[True])
    applies_to_shipping: bool = Field(default=True, examples=[True])


class TaxRateChanges(Input):
    """What is to be different about a rate; what is left out stays. Where it holds stays in any case."""

    name: Name = Field(default="", examples=["VAT"])
    basis_points: int = Field(default=0, ge=0, le=MAX_BASIS_POINTS, examples=[2000])
    included: bool = Field(default=False, examples=[False])
    applies_to_shipping: bool = Field(default=True, examples=[True])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class TaxRate(Output):
    """A rate of tax. One that was archived holds no more and is in no list."""

    id: str = Field(max_length=64, examples=["tax_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["VAT"])
    country: str = Field(max_length=2, examples=["DE"])
    region: str | None = Field(max_length=200, examples=[None])
    basis_points: int = Field(ge=0, le=MAX_BASIS_POINTS, examples=[1900])
    included: bool = Field(examples=[True])
    applies_to_shipping: bool = Field(examples=[True])
    archived_at: str | None = Field(max_length=32, examples=[None])
    created_at: str = Field(max_length=32, examples=[TIME])
    updated_at: str = Field(max_length=32, examples=[TIME])
    version: int = Field(ge=1, examples=[1])
