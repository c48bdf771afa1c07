"""Variants as they come in and go out, and the log of their prices."""

from typing import Any

from pydantic import Field

from pushcart.catalog.schemas.values import (
    EXAMPLE_PRICES,
    EXAMPLE_TIME,
    MAX_WEIGHT_GRAMS,
    Availability,
    Options,
    Prices,
)
from pushcart.money import Money
from utils.schemas import Identifier, Input, Name, Output


class NewVariant(Input):
    """A variant to be sold. Without a title it gets the product's, with its options behind it."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    title: Name | None = Field(default=None, examples=["T-shirt, red, M"])
    options: Options = Field(default_factory=dict, examples=[{"colour": "red", "size": "M"}])
    prices: Prices = Field(examples=[EXAMPLE_PRICES])
    weight_grams: int | None = Field(default=None, ge=0, le=MAX_WEIGHT_GRAMS, examples=[180])


class VariantChanges(Input):
    """What is to be different about a variant; what is left out stays. A title of ``null`` is the product's again."""

    title: Name | None = Field(default=None, examples=["T-shirt, red, M"])
    options: Options = Field(default_factory=dict, examples=[{"colour": "red", "size": "M"}])
    weight_grams: int | None = Field(default=None, ge=0, le=MAX_WEIGHT_GRAMS, examples=[180])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class VariantPrices(Input):
    """All prices of a variant, one for each currency. Currencies that are left out are no longer sold in."""

    prices: Prices = Field(examples=[EXAMPLE_PRICES])


class Variant(Output):
    """A variant with its prices. ``availability`` follows the stock within seconds."""

    id: str = Field(max_length=64, examples=["var_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    title: str = Field(max_length=500, examples=["T-shirt, red, M"])
    options: dict[str, str] = Field(examples=[{"colour": "red", "size": "M"}])
    prices: list[Money]
    weight_grams: int | None = Field(examples=[180])
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[1])
