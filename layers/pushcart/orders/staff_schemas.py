"""What comes in and goes out where staff places and changes orders, and where people look theirs up and claim them."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pushcart.addresses import PostalAddress
from pushcart.money import Currency
from utils.schemas import Email, Identifier, Input, Output
from utils.startup import IN_LAMBDA

MAX_LINES: Final = 50
MAX_HOLD_HOURS: Final = 168

Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"),
]
OrderToken = Annotated[str, StringConstraints(pattern=r"^v[0-9]{1,9}\.[A-Za-z0-9_-]+$", max_length=100)]


class DraftLine(BaseModel):
    """So many of a SKU, at today's price."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    quantity: int = Field(ge=1, le=999, examples=[2])


class DraftOrder(Input):
    """An order in somebody's name: a customer's by ``customer_id``, anybody else's by ``email``; one of the two.

    Prices, promotions, delivery and tax are reckoned as in a cart; staff names none. Its stock is held for
    ``hold_hours``, in which the buyer may pay it.
    """

    customer_id: Identifier | None = Field(default=None, examples=["usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    email: Email | None = Field(default=None, examples=[None])
    currency: Currency | None = Field(default=None, examples=["EUR"])
    lines: list[DraftLine] = Field(min_length=1, max_length=MAX_LINES)
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    shipping_method_id: Identifier | None = Field(default=None, examples=[None])
    codes: list[Identifier] = Field(default_factory=list, max_length=3, examples=[[]])
    hold_hours: int = Field(default=24, ge=1, le=MAX_HOLD_HOURS, examples=[48])
    note: Note | None = Field(default=None, examples=["Ordered by telephone"])


class ChangeOrder(Input):
    """What staff may change of an order. What is left out stays; ``"note": null`` takes the note away."""

    note: Note | None = Field(default=None, examples=["Leave it with the neighbours"])
    shipping_address: PostalAddress | None = None


class LookUpOrder(Input):
    """An order's number and the address that its confirmation went to."""

    number: str = Field(pattern=r"^[0-9A-Za-z]{9}$", max_length=9, examples=["7Q2M4KX9R"])
    email: Email = Field(examples=["ada@example.com"])


class OrderLookedUp(Output):
    """Says no more than what was asked: where there is such an order, a mail with a link to it is on its way."""

    number: str = Field(max_length=9, examples=["7Q2M4KX9R"])
    email: str = Field(max_length=254, examples=["ada@example.com"])


class ClaimOrder(Input):
    """The order's token, unless it is in X-Order-Token."""

    order_token: OrderToken | None = Field(default=None, examples=[None])
