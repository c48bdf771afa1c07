"""What comes in and goes out about an order's goods: parcels that leave the house, and returns."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pushcart.money import MAX_AMOUNT, Money
from pushcart.states import ReturnStatus
from utils.schemas import Identifier, Input, Output, PageQuery
from utils.startup import IN_LAMBDA

_ULID = "01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_ORDER, _PARCEL, _RETURN, _REFUND = f"ord_{_ULID}", f"ful_{_ULID}_1", f"ret_{_ULID}_1", f"ref_{_ULID}_1"
_TIME = "2026-01-02T03:04:05.000Z"

Carrier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f<>]+$")
]
TrackingNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}$", max_length=64)]
TrackingUrl = Annotated[
    str, StringConstraints(pattern=r"^https://[A-Za-z0-9][A-Za-z0-9.-]*(/[!#-;=?-~]*)?$", max_length=500)
]
"""An https address that is written plainly (no user, no port): it will stand in a mail as a link."""
Explanation = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")
]
Units = Annotated[int, Field(ge=1, le=999)]
ReturnReason = Literal["damaged", "defective", "wrong_item", "not_as_described", "unwanted", "other"]
ParcelWord = Literal["shipped", "delivered"]


class Tracking(BaseModel):
    """How a parcel travels: who carries it, under which number, and where that can be followed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    carrier: Carrier = Field(examples=["Royal Mail"])
    number: TrackingNumber = Field(examples=["RM123456785GB"])
    url: TrackingUrl | None = Field(default=None, examples=["https://track.example.com/RM123456785GB"])


class GoodsLine(BaseModel):
    """So many units of a SKU of the order."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    quantity: Units = Field(examples=[1])


class ShipOrder(Input):
    """What leaves the house in one parcel: everything that is left of the order where no ``lines`` are named."""

    lines: list[GoodsLine] | None = Field(default=None, min_length=1, max_length=50)
    tracking: Tracking | None = None


class ChangeFulfillment(Input):
    """What may change of a parcel. What is left out stays; ``"tracking": null`` takes the tracking away."""

    tracking: Tracking | None = None
    status: Literal["delivered"] | None = Field(default=None, examples=["delivered"])


class FulfillmentSummary(Output):
    """A parcel, as its order tells of it."""

    id: str = Field(max_length=64, examples=[_PARCEL])
    status: ParcelWord = Field(examples=["shipped"])
    lines: list[GoodsLine] = Field(max_length=50)
    tracking: Tracking | None = None
    shipped_at: str = Field(max_length=32, examples=[_TIME])
    delivered_at: str | None = Field(default=None, max_length=32, examples=[None])


class Fulfillment(FulfillmentSummary):
    """A parcel of an order."""

    order_id: str = Field(max_length=64, examples=[_ORDER])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])


class AskReturn(Input):
    """What is to come back, and why."""

    lines: list[GoodsLine] = Field(min_length=1, max_length=50)
    reason: ReturnReason = Field(examples=["damaged"])


class ReceivedLine(Input):
    """What became of a line when it was there: put back into stock, at the place that it came from or another."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    restock: bool = Field(default=True, examples=[True])
    location_id: Identifier | None = Field(default=None, examples=["main"])


class ChangeReturn(Input):
    """The next state of a return.

    ``reason`` says why it is ``rejected``, and must then be given. ``lines`` say of goods that were ``received`` what
    became of them; a line that is not named is put back into stock where it came from. ``amount`` (minor units) is
    what is ``refunded``; without it, what the return says. The refund is asked for then: the return stays
    ``received``, and names the refund, until the money is back.
    """

    status: Literal["approved", "rejected", "received", "refunded"] = Field(examples=["approved"])
    reason: Explanation | None = Field(default=None, examples=[None])
    lines: list[ReceivedLine] | None = Field(default=None, min_length=1, max_length=50)
    amount: int | None = Field(default=None, ge=0, le=MAX_AMOUNT, examples=[None])


class ReturnQuery(PageQuery):
    """Which returns to list. Customers name the order; staff may name an order or a state."""

    order_id: Identifier | None = Field(default=None, examples=[_ORDER])
    status: ReturnStatus | None = Field(default=None, examples=["requested"])
    sort: Literal["-created_at", "created_at"] = Field(default="-created_at", examples=["-created_at"])


class ReturnSummary(Output):
    """A return, as its order tells of it."""

    id: str = Field(max_length=64, examples=[_RETURN])
    status: str = Field(max_length=32, examples=["requested"])
    reason: str = Field(max_length=32, examples=["damaged"])
    lines: list[GoodsLine] = Field(max_length=50)
    created_at: str = Field(max_length=32, examples=[_TIME])


class ReceivedState(Output):
    """What became of a line that came back; ``location_id`` is null where it was not put into stock."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    quantity: int = Field(ge=1, examples=[1])
    restocked: bool = Field(examples=[True])
    location_id: str | None = Field(default=None, max_length=64, examples=["main"])


class Return(ReturnSummary):
    """Goods that come back. ``amount`` is what goes back for them: what was paid, unless staff says otherwise."""

    order_id: str = Field(max_length=64, examples=[_ORDER])
    amount: Money
    received: list[ReceivedState] | None = Field(default=None, max_length=50, examples=[None])
    refund_id: str | None = Field(default=None, max_length=64, examples=[_REFUND])
    rejection_reason: str | None = Field(default=None, max_length=500, examples=[None])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])
