"""What an order's events replay to. Invariant 4: this is what the order's own item says (reliability.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from pushcart.orders.progress import Progress, with_counted
from pushcart.states import (
    FULFILLMENT_MOVES,
    ORDER_MOVES,
    PARCEL_MOVES,
    PAYMENT_MOVES,
    REFUND_MOVES,
    RETURN_MOVES,
    FulfillmentStatus,
    OrderStatus,
    ParcelStatus,
    PaymentStatus,
    RefundStatus,
    ReturnStatus,
)

COMMANDS: Final = frozenset({"payment.cancel", "payment.capture", "payment.void"})
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
    customer_id: str | None = None
    progress: Progress = field(default_factory=lambda: {"fulfilled": {}, "returned": {}})
    parcels: Mapping[str, ParcelStatus] = field(default_factory=dict)
    returns: Mapping[str, ReturnStatus] = field(default_factory=dict)
    asked_back: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    refunds: Mapping[str, RefundStatus] = field(default_factory=dict)
    invoice_id: str | None = None


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
    return OrderState(
        OrderStatus.PENDING_PAYMENT,
        PaymentStatus.PROCESSING,
        FulfillmentStatus.UNFULFILLED,
        sequence=1,
        customer_id=event.data.get("customer_id"),
    )


def _next(state: OrderState, event: History) -> OrderState:
    context, _, what = event.type.partition(".")
    if event.type in STEPS:
        return STEPS[event.type](state, event)
    if event.type in COMMANDS:
        return replace(state, cancel_requested=state.cancel_requested or event.type == "payment.cancel")
    if context == "return":
        return _came_back(state, event, ReturnStatus(what))
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


def _drafted(state: OrderState, event: History) -> OrderState:
    """Staff placed it: its first attempt to pay is none, and the buyer makes the next."""
    payment_id = event.data["payment_id"]
    return replace(state, attempt=1, payment_id=payment_id, payment_status=PaymentStatus.VOIDED)


def _paid(state: OrderState, event: History, status: PaymentStatus) -> OrderState:
    if event.data["payment_id"] != state.payment_id:
        return state
    # A second part that goes back moves the figures, and not the state.
    if status is not state.payment_status and status not in PAYMENT_MOVES[state.payment_status]:
        raise BrokenHistory(f"a payment cannot move from {state.payment_status} to {status}")
    return replace(state, payment_status=status, captured=event.data["captured"], refunded=event.data["refunded"])


def _moved(state: OrderState, status: OrderStatus) -> OrderState:
    if status not in ORDER_MOVES[state.status]:
        raise BrokenHistory(f"an order cannot move from {state.status} to {status}")
    return replace(state, status=status, cancel_requested=False)


def _shipped(state: OrderState, event: History) -> OrderState:
    units = _units(event)
    parcel = event.data["fulfillment_id"]
    if parcel in state.parcels:
        raise BrokenHistory(f"{parcel} left the house twice")
    parcels = {**state.parcels, parcel: ParcelStatus.SHIPPED}
    counted = replace(state, parcels=parcels, progress=with_counted(state.progress, "fulfilled", units))
    return _along_the_axis(counted, event)


def _delivered(state: OrderState, event: History) -> OrderState:
    parcel = event.data["fulfillment_id"]
    _allow(parcel, state.parcels.get(parcel), ParcelStatus.DELIVERED, PARCEL_MOVES)
    return _along_the_axis(replace(state, parcels={**state.parcels, parcel: ParcelStatus.DELIVERED}), event)


def _along_the_axis(state: OrderState, event: History) -> OrderState:
    before, after = state.fulfillment_status, FulfillmentStatus(event.data["fulfillment_status"])
    if after is not before:
        _allow("a fulfilment", before, after, FULFILLMENT_MOVES)
    return replace(state, fulfillment_status=after)


def _came_back(state: OrderState, event: History, status: ReturnStatus) -> OrderState:
    return_id = event.data["return_id"]
    if status is ReturnStatus.REQUESTED:
        if return_id in state.returns:
            raise BrokenHistory(f"{return_id} was asked for twice")
        asked, progress = {**state.asked_back, return_id: _units(event)}, state.progress
        counted = replace(state, asked_back=asked, progress=with_counted(progress, "returned", asked[return_id]))
        return replace(counted, returns={**state.returns, return_id: status})
    _allow(return_id, state.returns.get(return_id), status, RETURN_MOVES)
    if status is ReturnStatus.REJECTED:
        fewer = {sku: -units for sku, units in state.asked_back[return_id].items()}
        state = replace(state, progress=with_counted(state.progress, "returned", fewer))
    return replace(state, returns={**state.returns, return_id: status})


def _refund_asked(state: OrderState, event: History) -> OrderState:
    refund_id = event.data["refund_id"]
    if refund_id in state.refunds:
        raise BrokenHistory(f"{refund_id} was asked for twice")
    return replace(state, refunds={**state.refunds, refund_id: RefundStatus.PENDING})


def _refund_moved(state: OrderState, event: History) -> OrderState:
    refund_id, status = event.data["refund_id"], RefundStatus(event.type.partition(".")[2])
    _allow(refund_id, state.refunds.get(refund_id), status, REFUND_MOVES)
    return replace(state, refunds={**state.refunds, refund_id: status})


def _units(event: History) -> dict[str, int]:
    return {line["sku"]: int(line["quantity"]) for line in event.data["lines"]}


def _allow(what: str, before: Any, after: Any, moves: Mapping[Any, frozenset[Any]]) -> None:
    if before is None or after not in moves[before]:
        raise BrokenHistory(f"{what} cannot move from {before} to {after}")


STEPS: Final[dict[str, Callable[[OrderState, History], OrderState]]] = {
    "payment.due": _attempted,
    "order.drafted": _drafted,
    "fulfillment.shipped": _shipped,
    "fulfillment.updated": lambda state, _: state,
    "fulfillment.delivered": _delivered,
    "refund.requested": _refund_asked,
    "refund.succeeded": _refund_moved,
    "refund.failed": _refund_moved,
    "order.kept": lambda state, _: replace(state, cancel_requested=False),
    "order.updated": lambda state, _: state,
    "order.claimed": lambda state, event: replace(state, customer_id=event.data["customer_id"]),
    "invoice.issued": lambda state, event: replace(state, invoice_id=event.data["invoice_id"]),
}
"""Events that mean something of their own. Of the others, the name says where the order, or its payment, went."""
