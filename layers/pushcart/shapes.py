"""Shapes that more than one context answers with."""

from typing import Any

from pydantic import Field

from pushcart.money import Money
from utils.schemas import Output


class Totals(Output):
    """What a cart or an order comes to, each part in the same currency."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


class AppliedPromotion(Output):
    """A promotion and what it takes off. ``promotion_id`` is null, and the amount 0, while it does not apply."""

    promotion_id: str | None = Field(default=None, max_length=64, examples=["pro_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    code: str = Field(max_length=64, examples=["SPRING10"])
    amount: Money


class ChosenShipping(Output):
    """How the goods are sent, and what that costs."""

    id: str = Field(max_length=64, examples=["shp_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["Standard"])
    amount: Money


class Payment(Output):
    """One attempt to pay an order. ``captured`` and ``refunded`` are minor units of the amount's currency.

    ``next_action`` says what the payer has to do where the status is ``requires_action``, such as
    ``{"type": "redirect", "url": "https://…"}``.
    """

    id: str = Field(max_length=64, examples=["pay_01JZ8Q3V5W2K3M4N5P6Q7R8S9T_1"])
    order_id: str = Field(max_length=64, examples=["ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    provider: str = Field(max_length=32, examples=["sandbox"])
    status: str = Field(max_length=32, examples=["captured"])
    amount: Money
    captured: int = Field(ge=0, examples=[1999])
    refunded: int = Field(ge=0, examples=[0])
    next_action: dict[str, Any] | None = Field(default=None, examples=[None])
    failure_code: str | None = Field(default=None, max_length=64, examples=[None])
    created_at: str = Field(max_length=32, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=32, examples=["2026-01-02T03:04:06.000Z"])
    version: int = Field(ge=1, examples=[1])


def payment_of(order_id: str, summary: dict[str, Any]) -> Payment:
    """Show a payment, from the summary that an order keeps of it."""
    return Payment(
        id=summary["id"],
        order_id=order_id,
        provider=summary["provider"],
        status=summary["status"],
        amount=Money(amount=int(summary["amount"]), currency=summary["currency"]),
        captured=int(summary["captured"]),
        refunded=int(summary["refunded"]),
        next_action=summary["next_action"],
        failure_code=summary["failure_code"],
        created_at=summary["created_at"],
        updated_at=summary["updated_at"],
        version=int(summary["version"]),
    )
