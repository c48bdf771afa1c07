"""What comes in and goes out of orders."""

from typing import Any, Literal

from pydantic import Field

from pushcart.addresses import PostalAddress
from pushcart.money import Money
from pushcart.orders.goods_schemas import FulfillmentSummary, ReturnSummary
from pushcart.shapes import AppliedPromotion, ChosenShipping, Payment, Totals
from pushcart.states import OrderStatus
from utils.schemas import Email, Identifier, Input, Output, PageQuery

_ID = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_TIME = "2026-01-02T03:04:05.000Z"

Sort = Literal["-placed_at", "placed_at", "-created_at", "created_at"]


class OrderPayment(Input):
    """How to pay: a provider that this shop takes, and that provider's token of what to charge."""

    provider: str = Field(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_-]*$", examples=["sandbox"])
    token: str = Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9_-]+$", examples=["tok_success"])


class PlaceOrder(Input):
    """What to order: a cart. Guests say where to write to; a customer's address is their account's.

    With ``expected_total``, the total that the shopper was shown, nothing is ordered at another one.
    """

    cart_id: Identifier = Field(examples=["crt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    email: Email | None = Field(default=None, examples=["ada@example.com"])
    payment: OrderPayment
    expected_total: Money | None = Field(default=None, examples=[{"amount": 3998, "currency": "EUR"}])


class PayAgain(Input):
    """Another attempt to pay an order whose last one failed."""

    payment: OrderPayment


class OrderQuery(PageQuery):
    """Which orders to list. ``status`` and ``customer_id`` are for staff, one of the two at a time."""

    status: OrderStatus | None = Field(default=None, examples=["confirmed"])
    customer_id: Identifier | None = Field(default=None, examples=["usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sort: Sort = Field(default="-placed_at", examples=["-placed_at"])


class OrderLine(Output):
    """A line of an order, at the price that it was sold for.

    ``discount`` is what promotions took off it, ``tax`` what is due on the rest at ``tax_rate`` (basis points).
    """

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    title: str = Field(max_length=500, examples=["T-shirt, red, M"])
    quantity: int = Field(ge=1, examples=[2])
    unit_price: Money
    total: Money
    discount: Money
    tax: Money
    tax_rate: int = Field(ge=0, examples=[1900])


class OrderSummary(Output):
    """An order in a list: all but what is personal.

    ``totals.total`` is the subtotal less the discount, and shipping; the tax comes on top unless ``tax_included``.
    """

    id: str = Field(max_length=64, examples=[_ID])
    number: str = Field(max_length=16, examples=["7Q2M4KX9R"])
    customer_id: str | None = Field(default=None, max_length=64, examples=[None])
    currency: str = Field(max_length=3, examples=["EUR"])
    lines: list[OrderLine]
    totals: Totals
    promotions: list[AppliedPromotion] = Field(default_factory=list, max_length=3)
    shipping_method: ChosenShipping | None = None
    tax_included: bool = Field(default=False, examples=[True])
    status: str = Field(max_length=32, examples=["pending_payment"])
    payment_status: str = Field(max_length=32, examples=["processing"])
    fulfillment_status: str = Field(max_length=32, examples=["unfulfilled"])
    payment: Payment
    source: str = Field(default="checkout", max_length=32, examples=["checkout"])
    invoice_number: str | None = Field(default=None, max_length=32, examples=[None])
    cancel_requested: bool = Field(default=False, examples=[False])
    cancel_reason: str | None = Field(default=None, max_length=64, examples=[None])
    held_until: str = Field(max_length=32, examples=[_TIME])
    placed_at: str = Field(max_length=32, examples=[_TIME])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])


class Order(OrderSummary):
    """An order. ``order_token`` is shown to a guest when the order is placed: keep it, and send X-Order-Token.

    Its stock is held until ``held_until``; an order that is not paid by then expires. ``email`` is empty where the
    person was erased. ``note`` is staff's own, and shown to staff alone.
    """

    email: str = Field(max_length=254, examples=["ada@example.com"])
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    fulfillments: list[FulfillmentSummary] = Field(default_factory=list, max_length=50)
    returns: list[ReturnSummary] = Field(default_factory=list, max_length=50)
    note: str | None = Field(default=None, max_length=2000, examples=[None])
    order_token: str | None = Field(default=None, max_length=100, examples=[None])


class OrderEvent(Output):
    """Something that happened to an order. ``sequence`` counts up within the order, without a hole."""

    id: str = Field(max_length=64, examples=["evt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    type: str = Field(max_length=64, examples=["order.confirmed"])
    aggregate: str = Field(max_length=64, examples=[_ID])
    sequence: int = Field(ge=1, examples=[4])
    schema_version: int = Field(ge=1, examples=[1])
    occurred_at: str = Field(max_length=32, examples=[_TIME])
    correlation_id: str = Field(max_length=100, examples=["9c0e7d36-1f5e-4c1b-9b61-3b0f6d1c2a77"])
    data: dict[str, Any] = Field(examples=[{"payment_id": "pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"}])
