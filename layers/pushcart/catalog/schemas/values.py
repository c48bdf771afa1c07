"""Values that the catalogue's shapes are made of, and their limits."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pushcart.money import MAX_PRICE, Money

Availability = Literal["in_stock", "low_stock", "out_of_stock"]
Status = Literal["draft", "active", "archived"]
Sort = Literal["created_at", "-created_at"]

MAX_PRICES: Final = 20
MAX_TAGS: Final = 50
MAX_ATTRIBUTES: Final = 50
MAX_OPTIONS: Final = 10
MAX_WEIGHT_GRAMS: Final = 10**7

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=50)]
AttributeValue = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _one_each(prices: list[Money]) -> list[Money]:
    if len({price.currency for price in prices}) != len(prices):
        raise ValueError("one price for each currency")
    if any(price.amount > MAX_PRICE for price in prices):
        raise ValueError(f"a price is at most {MAX_PRICE} minor units")
    return prices


def _different(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Prices = Annotated[list[Money], Field(min_length=1, max_length=MAX_PRICES), AfterValidator(_one_each)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_different)]
Attributes = Annotated[dict[AttributeName, AttributeValue], Field(max_length=MAX_ATTRIBUTES)]
Options = Annotated[dict[AttributeName, AttributeValue], Field(max_length=MAX_OPTIONS)]

EXAMPLE_TIME: Final = "2026-01-02T03:04:05.000Z"
EXAMPLE_PRICES: Final = [{"amount": 1999, "currency": "EUR"}]
EXAMPLE_CATEGORY: Final = "cat_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
