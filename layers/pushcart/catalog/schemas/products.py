"""Products as they come in and go out."""

from typing import Any, Final

from pydantic import Field

from pushcart.catalog.schemas.media import Picture
from pushcart.catalog.schemas.values import (
    EXAMPLE_CATEGORY,
    EXAMPLE_PRICES,
    EXAMPLE_TIME,
    Attributes,
    Availability,
    Sort,
    Status,
    Tags,
)
from pushcart.catalog.schemas.variants import NewVariant, Variant
from pushcart.money import Money
from utils.schemas import Identifier, Input, LongText, Name, Output, PageQuery, Slug

MAX_NEW_VARIANTS: Final = 45


class NewProduct(Input):
    """A product to be written. It is a draft until it is published. Without a slug it gets one from its title."""

    title: Name = Field(examples=["T-shirt"])
    slug: Slug | None = Field(default=None, examples=["t-shirt"])
    description: LongText = Field(default="", examples=["Organic cotton, made to last."])
    category_id: Identifier | None = Field(default=None, examples=[EXAMPLE_CATEGORY])
    tags: Tags = Field(default_factory=list, examples=[["cotton", "summer"]])
    attributes: Attributes = Field(default_factory=dict, examples=[{"material": "cotton"}])
    variants: list[NewVariant] = Field(
        default_factory=list,
        max_length=MAX_NEW_VARIANTS,
        examples=[[{"sku": "TSHIRT-RED-M", "options": {"colour": "red", "size": "M"}, "prices": EXAMPLE_PRICES}]],
    )


class ProductReplacement(Input):
    """All that is said of a product; what is left out is empty from then on. Variants and pictures stay."""

    title: Name = Field(examples=["T-shirt"])
    slug: Slug = Field(examples=["t-shirt"])
    description: LongText = Field(default="", examples=["Organic cotton, made to last."])
    category_id: Identifier | None = Field(default=None, examples=[EXAMPLE_CATEGORY])
    tags: Tags = Field(default_factory=list, examples=[["cotton", "summer"]])
    attributes: Attributes = Field(default_factory=dict, examples=[{"material": "cotton"}])

    @property
    def given(self) -> dict[str, Any]:
        """All fields, those too that were left out."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class ProductChanges(Input):
    """What is to be different about a product; what is left out stays."""

    title: Name = Field(default="", examples=["T-shirt"])
    slug: Slug = Field(default="", examples=["t-shirt"])
    description: LongText = Field(default="", examples=["Organic cotton, made to last."])
    category_id: Identifier | None = Field(default=None, examples=[EXAMPLE_CATEGORY])
    tags: Tags = Field(default_factory=list, examples=[["cotton", "summer"]])
    attributes: Attributes = Field(default_factory=dict, examples=[{"material": "cotton"}])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ProductQuery(PageQuery):
    """How to list products. ``category_id`` shows those of that category itself, not of those below it."""

    category_id: Identifier | None = Field(default=None, examples=[EXAMPLE_CATEGORY])
    sort: Sort = Field(default="-created_at", examples=["-created_at"])


class CatalogueQuery(PageQuery):
    """How staff lists products: those of one status, in all or in one category itself."""

    status: Status = Field(default="draft", examples=["draft"])
    category_id: Identifier | None = Field(default=None, examples=[EXAMPLE_CATEGORY])
    sort: Sort = Field(default="-created_at", examples=["-created_at"])


class Product(Output):
    """A product with all its variants."""

    id: str = Field(max_length=64, examples=["prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    slug: str = Field(max_length=100, examples=["t-shirt"])
    title: str = Field(max_length=200, examples=["T-shirt"])
    description: str = Field(max_length=10_000, examples=["Organic cotton, made to last."])
    status: Status = Field(examples=["active"])
    category_id: str | None = Field(max_length=64, examples=[EXAMPLE_CATEGORY])
    tags: list[str] = Field(examples=[["cotton", "summer"]])
    attributes: dict[str, str] = Field(examples=[{"material": "cotton"}])
    media: list[Picture] = Field(examples=[[]])
    variants: list[Variant]
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
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
    category_id: str | None = Field(max_length=64, examples=[EXAMPLE_CATEGORY])
    tags: list[str] = Field(examples=[["cotton", "summer"]])
    image: str | None = Field(max_length=2048, examples=[None])
    price_range: PriceRange | None
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[1])
