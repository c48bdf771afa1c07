"""What one takes and gives of stock."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pushcart.inventory.schemas.settings import StockSettings
from utils.schemas import Identifier, Input, Output, PageQuery, Query

Reason = Literal["received", "damaged", "counted", "returned", "other"]
Word = Literal["in_stock", "low_stock", "out_of_stock"]
MAX_DELTA: Final = 10**6
_TIME: Final = "2026-01-02T03:04:05.000Z"


def _not_zero(delta: int) -> int:
    if delta == 0:
        raise ValueError("it changes nothing")
    return delta


Delta = Annotated[int, Field(ge=-MAX_DELTA, le=MAX_DELTA), AfterValidator(_not_zero)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewAdjustment(Input):
    """Units that came or went, and why. ``location_id`` is the shop's one place unless another is named."""

    delta: Delta = Field(examples=[10])
    reason: Reason = Field(examples=["received"])
    location_id: Identifier = Field(default="main", examples=["main"])
    note: Note | None = Field(default=None, examples=["Delivery of 2 January"])


class StockQuery(Query):
    """Whose stock is asked for: at which location."""

    location_id: Identifier = Field(default="main", examples=["main"])


class InventoryQuery(PageQuery):
    """Which stock to list: all of it, what lies at one location, or what runs low; the last two do not combine."""

    location_id: Identifier | None = Field(default=None, examples=["main"])
    low_stock: Literal["true"] | None = Field(default=None, examples=["true"])


class MovementQuery(PageQuery):
    """How to list movements."""


class AvailabilityQuery(Query):
    """What is asked for."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])


class SkuAvailability(Output):
    """Whether a SKU can be had: a word, and no count."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    availability: Word = Field(examples=["in_stock"])


class Inventory(Output):
    """What there is of a SKU at a location. Always ``on_hand`` = ``available`` + ``reserved``.

    A list shows the stock of a hot SKU bucket by bucket, each with its number; elsewhere ``bucket`` is null, and the
    figures are those of the location.
    """

    id: str = Field(max_length=130, examples=["TSHIRT-RED-M@main"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    location_id: str = Field(max_length=64, examples=["main"])
    bucket: int | None = Field(default=None, examples=[None])
    on_hand: int = Field(ge=0, examples=[12])
    available: int = Field(ge=0, examples=[10])
    reserved: int = Field(ge=0, examples=[2])
    low_stock_threshold: int = Field(ge=0, examples=[5])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=0, examples=[3])


class StockPlace(Output):
    """What there is of a SKU at one location, all buckets together."""

    location_id: str = Field(max_length=64, examples=["main"])
    active: bool = Field(examples=[True])
    buckets: int = Field(ge=1, examples=[1])
    on_hand: int = Field(ge=0, examples=[12])
    available: int = Field(ge=0, examples=[10])
    reserved: int = Field(ge=0, examples=[2])


class InventoryOfSku(Inventory):
    """What there is of a SKU at the location that was asked for, and besides, wherever it lies and how it is kept."""

    places: list[StockPlace] = Field(max_length=100)
    settings: StockSettings


class Adjustment(Output):
    """Units that came or went, and the stock that this made."""

    id: str = Field(max_length=64, examples=["adj_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    location_id: str = Field(max_length=64, examples=["main"])
    delta: int = Field(examples=[10])
    reason: Reason = Field(examples=["received"])
    note: str | None = Field(max_length=500, examples=["Delivery of 2 January"])
    on_hand: int = Field(ge=0, examples=[12])
    available: int = Field(ge=0, examples=[10])
    reserved: int = Field(ge=0, examples=[2])
    low_stock_threshold: int = Field(ge=0, examples=[5])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])


class Movement(Output):
    """One line of a SKU's ledger: by how much its figures changed, and what changed them."""

    id: str = Field(max_length=64, examples=["evt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T-0"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    location_id: str = Field(max_length=64, examples=["main"])
    type: str = Field(max_length=64, examples=["inventory.adjusted"])
    source: str = Field(max_length=64, examples=["adj_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    reason: str | None = Field(max_length=32, examples=["received"])
    on_hand: int = Field(examples=[10])
    available: int = Field(examples=[10])
    reserved: int = Field(examples=[0])
    created_at: str = Field(max_length=32, examples=[_TIME])
