"""What comes in and goes out of the catalogue."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pushcart.money import MAX_PRICE, Money
from utils.schemas import Identifier, Input, LongText, Name, Output, PageQuery, Slug

Availability = Literal["in_stock", "low_stock", "out_of_stock"]
Status = Literal["draft", "active", "archived"]

MAX_NEW_VARIANTS: Final = 45
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

_TIME: Final = "2026-01-02T03:04:05.000Z"
_PRICES: Final = [{"amount": 1999, "currency": "EUR"}]


class NewVariant(Input):
    """A variant to be sold. Without a title it gets the product's, with its options behind it."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    title: Name | None = Field(default=None, examples=["T-shirt, red, M"])
    options: Options = Field(default_factory=dict, examples=[{"colour": "red", "size": "M"}])
    prices: Prices = Field(examples=[_PRICES])
    weight_grams: int | None = Field(default=None, ge=0, le=MAX_WEIGHT_GRAMS, examples=[180])


class NewProduct(Input):
    """A product to be written. It is a draft until it is published. Without a slug it gets one from its title."""

    title: Name = Field(examples=["T-shirt"])
    slug: Slug | None = Field(default=None, examples=["t-shirt"])
    description: LongText = Field(default="", examples=["Organic cotton, made to last."])
    tags: Tags = Field(default_factory=list, examples=[["cotton", "summer"]])
    attributes: Attributes = Field(default_factory=dict, examples=[{"material": "cotton"}])
    variants: list[NewVariant] = Field(
        default_factory=list,
        max_length=MAX_NEW_VARIANTS,
        examples=[[{"sku": "TSHIRT-RED-M", "options": {"colour": "red", "size": "M"}, "prices": _PRICES}]],
    )


class ProductChanges(Input):
    """What is to be different about a product; what is left out stays."""

    title: Name = Field(default="", examples=["T-shirt"])
    slug: Slug = Field(default="", examples=["t-shirt"])
    description: LongText = Field(default="", examples=["Organic cotton, made to last."])
    tags: Tags = Field(default_factory=list, examples=[["cotton", "summer"]])
    attributes: Attributes = Field(default_factory=dict, examples=[{"material": "cotton"}])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class VariantPrices(Input):
    """All prices of a variant, one for each currency. Currencies that are left out are no longer sold in."""

    prices: Prices = Field(examples=[_PRICES])


class ProductQuery(PageQuery):
    """How to list products."""

    sort: Literal["created_at", "-created_at"] = Field(default="-created_at", examples=["-created_at"])


class Variant(Output):
    """A variant with its prices. ``availability`` follows the stock within seconds."""

    id: str = Field(max_length=64, examples=["var_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    title: str = Field(max_length=500, examples=["T-shirt, red, M"])
    options: dict[str, str] = Field(examples=[{"colour": "red", "size": "M"}])
    prices: list[Money]
    weight_grams: int | None = Field(examples=[180])
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])


class Medium(Output):
    """A picture of a product."""

    id: str = Field(max_length=64, examples=["med_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    url: str = Field(max_length=2048, examples=["https://cdn.example/tshirt.jpg"])


class Product(Output):
    """A product with all its variants."""

    id: str = Field(max_length=64, examples=["prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    slug: str = Field(max_length=100, examples=["t-shirt"])
    title: str = Field(max_length=200, examples=["T-shirt"])
    description: str = Field(max_length=10_000, examples=["Organic cotton, made to last."])
    status: Status = Field(examples=["active"])
    category_id: str | None = Field(max_length=64, examples=[None])
    tags: list[str] = Field(examples=[["cotton", "summer"]])
    attributes: dict[str, str] = Field(examples=[{"material": "cotton"}])
    media: list[Medium] = Field(examples=[[]])
    variants: list[Variant]
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])


class PriceRange(Output):
    """The lowest and the highest price among the variants."""

    min: Money
    max: Money


class ProductSummary(Output):
    """A product in a list, without its variants. ``price_range`` is in the shop's currency where it is sold in that."""

    id: str = Field(max_length=64, examples=["prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    slug: str = Field(max_length=100, examples=["t-shirt"])
    title: str = Field(max_length=200, examples=["T-shirt"])
    status: Status = Field(examples=["active"])
    category_id: str | None = Field(max_length=64, examples=[None])
    tags: list[str] = Field(examples=[["cotton", "summer"]])
    image: str | None = Field(max_length=2048, examples=[None])
    price_range: PriceRange | None
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])
