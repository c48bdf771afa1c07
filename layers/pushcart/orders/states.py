"""What an order's events replay to. Invariant 4: this is what the order's own item says (reliability.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from pushcart.states import (
    ORDER_MOVES,
    PAYMENT_MOVES,
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
)

COMMANDS: Final = frozenset({"payment.cancel", "payment.capture"})
"""Asked for, not happened: they move nothing."""


class History(Protocol):
    """An event, as the outbox keeps it and as messages carry it."""

    @property
    def type(self) -> str: ...
    @property
    def sequence(self) -> float: ...
    @property
    def data(self) -> Any: ...


class BrokenHistory(ValueError):
    """Events that no order can have had: a hole in the sequence, or a move that is not allowed."""


@dataclass(frozen=True, slots=True)
class OrderState:
    """Everything about an order that its events decide."""

    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    sequence: int
    attempt: int = 0
    payment_id: str | None = None
    captured: int = 0
    refunded: int = 0
    cancel_requested: bool = False


def replay(events: Iterable[History]) -> OrderState:
    """Return the state that ``events``, oldest first, lead to.

    Raises
    ------
    BrokenHistory
        When a sequence number is missing, or an event is a move that no table allows.

    Example
    -------
    >>> replay(events).status  # doctest: +SKIP
    <OrderStatus.CONFIRMED: 'confirmed'>
    """
    state: OrderState | None = None
    for expected, event in enumerate(events, start=1):
        if event.sequence != expected:
            raise BrokenHistory(f"event {expected} is missing: {event.sequence} follows {expected - 1}")
        state = _first(event) if state is None else replace(_next(state, event), sequence=expected)
    if state is None:
        raise BrokenHistory("an order without events was never placed")
    return state


def _first(event: History) -> OrderState:
    if event.type != "order.placed":
        raise BrokenHistory(f"an order begins by being placed, not by {event.type}")
    return OrderState(OrderStatus.PENDING_PAYMENT, PaymentStatus.PROCESSING, FulfillmentStatus.UNFULFILLED, sequence=1)


def _next(state: OrderState, event: History) -> OrderState:
    context, _, what = event.type.partition(".")
    if event.type == "payment.due":
        return _attempted(state, event)
    if event.type in COMMANDS:
        return replace(state, cancel_requested=state.cancel_requested or event.type == "payment.cancel")
    if context == "payment":
        return _paid(state, event, PaymentStatus(what))
    if context == "order":
        return _moved(state, OrderStatus(what))
    raise BrokenHistory(f"{event.type} is no event of an order")


def _attempted(state: OrderState, event: History) -> OrderState:
    return replace(
        state,
        attempt=state.attempt + 1,
        payment_id=event.data["payment_id"],
        payment_status=PaymentStatus.PROCESSING,
        captured=0,
        refunded=0,
    )


def _paid(state: OrderState, event: History, status: PaymentStatus) -> OrderState:
    if event.data["payment_id"] != state.payment_id:
        return state
    if status not in PAYMENT_MOVES[state.payment_status]:
        raise BrokenHistory(f"a payment cannot move from {state.payment_status} to {status}")
    return replace(state, payment_status=status, captured=event.data["captured"], refunded=event.data["refunded"])


def _moved(state: OrderState, status: OrderStatus) -> OrderState:
    if status not in ORDER_MOVES[state.status]:
        raise BrokenHistory(f"an order cannot move from {state.status} to {status}")
    return replace(state, status=status, cancel_requested=False)
