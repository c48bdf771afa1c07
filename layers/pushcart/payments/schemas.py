"""What comes in and goes out of payments."""

from typing import Any, Literal

from pydantic import Field

from pushcart.money import MAX_AMOUNT, Money
from pushcart.states import PaymentStatus
from utils.schemas import Input, Output, PageQuery

_TIME = "2026-01-02T03:04:05.000Z"


Sort = Literal["-created_at", "created_at"]


class CapturePayment(Input):
    """What to take of an authorised payment: all of it, unless an ``amount`` (minor units) is named.

    A payment is captured once: what is not taken is released.
    """

    amount: int | None = Field(default=None, ge=1, le=MAX_AMOUNT, examples=[None])


class RequestRefund(Input):
    """What to give back: all that is left, unless an ``amount`` (minor units of the payment's currency) is named."""

    amount: int | None = Field(default=None, ge=1, le=MAX_AMOUNT, examples=[None])
    reason: str | None = Field(default=None, min_length=1, max_length=500, examples=["The parcel was late"])


class PaymentQuery(PageQuery):
    """Which payments to list."""

    status: PaymentStatus | None = Field(default=None, examples=["captured"])
    sort: Sort = Field(default="-created_at", examples=["-created_at"])


class Refund(Output):
    """Money that is to go back to whoever paid: ``pending`` until the provider has said, then ``succeeded`` or
    ``failed``. ``return_id`` names the return that it is for, if it is for one.
    """

    id: str = Field(max_length=64, examples=["ref_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"])
    order_id: str = Field(max_length=64, examples=["ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    payment_id: str = Field(max_length=64, examples=["pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"])
    return_id: str | None = Field(default=None, max_length=64, examples=[None])
    amount: Money
    reason: str | None = Field(default=None, max_length=500, examples=["The parcel was late"])
    status: str = Field(max_length=32, examples=["pending"])
    failure_code: str | None = Field(default=None, max_length=64, examples=[None])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])


def refund_of(told: dict[str, Any]) -> Refund:
    """Show a refund, from its summary."""
    currency = told["currency"]
    shown = {name: value for name, value in told.items() if name != "currency"}
    return Refund(**(shown | {"amount": Money(amount=told["amount"], currency=currency)}))
