"""What comes in and goes out of carts."""

from typing import Any, Final, Literal

from pydantic import Field

from pushcart.addresses import PostalAddress
from pushcart.money import Currency, Money
from pushcart.shapes import Totals
from utils.schemas import Identifier, Input, Output

MAX_QUANTITY: Final = 999
_TIME: Final = "2026-01-02T03:04:05.000Z"

Status = Literal["open", "converted"]
ProblemCode = Literal["price_changed", "out_of_stock", "not_enough_stock", "no_longer_sold", "not_sold_in_currency"]


class NewCart(Input):
    """A cart to be opened, in the shop's currency unless another is named."""

    currency: Currency | None = Field(default=None, examples=["EUR"])


class NewCartItem(Input):
    """Something to put into a cart. What lies there already becomes more."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    quantity: int = Field(default=1, ge=1, le=MAX_QUANTITY, examples=[2])


class CartItemChanges(Input):
    """How many of it there are to be."""

    quantity: int = Field(ge=1, le=MAX_QUANTITY, examples=[3])


class CartAddresses(Input):
    """Where to send it and whom to bill. Both are replaced: what is left out is taken away."""

    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None


class CartItem(Output):
    """A line of a cart. ``total`` is what it adds to the subtotal: nothing while it cannot be bought."""

    id: str = Field(max_length=64, examples=["lin_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    title: str = Field(max_length=500, examples=["T-shirt, red, M"])
    quantity: int = Field(ge=1, le=MAX_QUANTITY, examples=[2])
    unit_price: Money
    total: Money


class CartProblem(Output):
    """Something that stands in the way of an order, or that the shopper should know first. No counts of stock."""

    code: ProblemCode = Field(examples=["price_changed"])
    message: str = Field(max_length=200, examples=["The price has changed since it was put into the cart."])
    item_id: str = Field(max_length=64, examples=["lin_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])


class Cart(Output):
    """A cart at today's prices. ``token`` is shown once, to the guest who opens it: keep it, and send X-Cart-Token."""

    id: str = Field(max_length=64, examples=["crt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    status: Status = Field(examples=["open"])
    currency: str = Field(max_length=3, examples=["EUR"])
    token: str | None = Field(default=None, max_length=100, examples=[None])
    items: list[CartItem]
    promotions: list[dict[str, Any]] = Field(default_factory=list, examples=[[]])
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    shipping_method: str | None = Field(default=None, max_length=64, examples=[None])
    totals: Totals
    problems: list[CartProblem] = Field(examples=[[]])
    order_id: str | None = Field(default=None, max_length=64, examples=[None])
    expires_at: str = Field(max_length=32, examples=[_TIME])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])
