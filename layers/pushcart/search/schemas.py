"""What the search is asked, and what it answers."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pushcart.money import MAX_PRICE, Currency, Money
from utils.schemas import Identifier, Output, PageQuery

Availability = Literal["in_stock", "low_stock", "out_of_stock"]
Sorting = Literal["relevance", "price", "-price", "newest"]

MAX_QUESTION: Final = 200
MAX_TAGS: Final = 10
MAX_PAIRS: Final = 10

_EXAMPLE_CATEGORY: Final = "cat_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_EXAMPLE_TIME: Final = "2026-01-02T03:04:05.000Z"


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags of a list that is separated by commas.

    Example
    -------
    >>> tags_in("cotton, summer")
    ('cotton', 'summer')
    """
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))


def pairs_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of name and value of a list like ``colour:red,size:M``.

    Raises
    ------
    ValueError
        When something between two commas is no such pair.

    Example
    -------
    >>> pairs_in("colour:red, size:M")
    (('colour', 'red'), ('size', 'M'))
    """
    pairs: dict[tuple[str, str], None] = {}
    for part in text.split(","):
        name, colon, value = (one.strip() for one in part.partition(":"))
        if not (name and colon and value):
            raise ValueError("pairs of name and value, such as colour:red,size:M")
        pairs[name, value] = None
    return tuple(pairs)


def _few_tags(text: str) -> str:
    if not 1 <= len(tags_in(text)) <= MAX_TAGS:
        raise ValueError(f"one to {MAX_TAGS} tags, separated by commas")
    return text


def _few_pairs(text: str) -> str:
    if len(pairs_in(text)) > MAX_PAIRS:
        raise ValueError(f"at most {MAX_PAIRS} attributes")
    return text


TagList = Annotated[str, StringConstraints(max_length=600), AfterValidator(_few_tags)]
PairList = Annotated[str, StringConstraints(max_length=2600), AfterValidator(_few_pairs)]


class SearchQuery(PageQuery):
    """What is searched for: all of it must hold. Without ``q`` everything that is sold is looked through.

    Each word of ``q`` must stand somewhere; the last may be the beginning of one. Prices are minor units of
    ``currency``, the shop's unless it is named.
    """

    q: str = Field(default="", max_length=MAX_QUESTION, examples=["cotton shirt"])
    category_id: Identifier | None = Field(default=None, examples=[_EXAMPLE_CATEGORY])
    tag: TagList | None = Field(default=None, examples=["cotton,summer"])
    attributes: PairList | None = Field(default=None, examples=["colour:red,size:M"])
    price_min: int | None = Field(default=None, ge=0, le=MAX_PRICE, examples=[1000])
    price_max: int | None = Field(default=None, ge=0, le=MAX_PRICE, examples=[5000])
    currency: Currency | None = Field(default=None, examples=["EUR"])
    availability: Availability | None = Field(default=None, examples=["in_stock"])
    sort: Sorting = Field(default="relevance", examples=["relevance"])


class FoundPrices(Output):
    """The lowest and the highest price, in the currency that was asked for."""

    min: Money
    max: Money


class SearchHit(Output):
    """A product that was found. ``price_range`` is ``null`` where it is not sold in the currency that was asked for."""

    id: str = Field(max_length=64, examples=["prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    slug: str = Field(max_length=100, examples=["t-shirt"])
    title: str = Field(max_length=200, examples=["T-shirt"])
    status: Literal["active"] = Field(examples=["active"])
    category_id: str | None = Field(max_length=64, examples=[_EXAMPLE_CATEGORY])
    tags: list[str] = Field(examples=[["cotton", "summer"]])
    image: str | None = Field(max_length=2048, examples=[None])
    price_range: FoundPrices | None
    availability: Availability = Field(examples=["in_stock"])
    created_at: str = Field(max_length=32, examples=[_EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[_EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[1])


class CountedValue(Output):
    """How many of all that was found have a value."""

    value: str = Field(max_length=200, examples=["cotton"])
    count: int = Field(ge=1, examples=[12])


class CountedAttribute(Output):
    """The values of an attribute, or of what variants differ in, among all that was found."""

    name: str = Field(max_length=50, examples=["colour"])
    values: list[CountedValue]


class SearchSummary(Output):
    """All that was found, on this page and the others: how much, and what it is made of.

    ``categories`` are ids, each counting what is below it too. ``price_range`` is in the currency that was asked for.
    """

    total: int = Field(ge=0, examples=[12])
    categories: list[CountedValue]
    tags: list[CountedValue]
    attributes: list[CountedAttribute]
    availability: list[CountedValue]
    price_range: FoundPrices | None


def price_range(currency: str, span: Any) -> FoundPrices | None:
    """Return a lowest and a highest price as they are answered; ``None`` where there is none."""
    if span is None:
        return None
    lowest, highest = span
    return FoundPrices(min=Money(amount=lowest, currency=currency), max=Money(amount=highest, currency=currency))
