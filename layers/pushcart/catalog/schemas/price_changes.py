"""The log of a variant's prices as it goes out."""

from pydantic import Field

from pushcart.catalog.schemas.values import EXAMPLE_PRICES, EXAMPLE_TIME
from pushcart.money import Money
from utils.schemas import Output, PageQuery


class PriceHistoryQuery(PageQuery):
    """How to list what a variant has cost."""


class PriceChange(Output):
    """One change of a variant's prices. ``version`` is the variant's, as the change left it."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    product_id: str = Field(max_length=64, examples=["prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    before: list[Money] = Field(examples=[[{"amount": 2499, "currency": "EUR"}]])
    after: list[Money] = Field(examples=[EXAMPLE_PRICES])
    changed_by: str = Field(max_length=64, examples=["usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[2])
