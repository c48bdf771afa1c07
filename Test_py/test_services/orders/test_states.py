"""The axes as data, and the replay of an order's events along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pushcart.orders.states import BrokenHistory, replay
from pushcart.states import (
    FULFILLMENT_MOVES,
    OPEN_PAYMENTS,
    ORDER_MOVES,
    PAID,
    PAYMENT_MOVES,
    PAYMENT_RANK,
    UNPAID,
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
)


@dataclass(frozen=True)
class Happened:
    type: str
    sequence: int
    data: dict[str, Any] = field(default_factory=dict)


def paid(status: str, sequence: int, payment_id: str = "pay_1", captured: int = 0, refunded: int = 0) -> Happened:
    data = {"payment_id": payment_id, "captured": captured, "refunded": refunded}
    return Happened(f"payment.{status}", sequence, data)


def due(sequence: int, payment_id: str = "pay_1") -> Happened:
    return Happened("payment.due", sequence, {"payment_id": payment_id})


PLACED = Happened("order.placed", 1)


def test_every_state_is_in_its_table() -> None:
    assert set(ORDER_MOVES) == set(OrderStatus)
    assert set(PAYMENT_MOVES) == set(PAYMENT_RANK) == set(PaymentStatus)
    assert set(FULFILLMENT_MOVES) == set(FulfillmentStatus)


def test_the_tables_allow_what_the_design_does() -> None:
    waits = OrderStatus.PENDING_PAYMENT
    assert ORDER_MOVES[waits] == {OrderStatus.CONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}
    assert ORDER_MOVES[OrderStatus.COMPLETED] == set()
    assert OrderStatus.PENDING_PAYMENT not in set().union(*ORDER_MOVES.values())
    path = ["processing", "authorized", "partially_captured", "captured", "partially_refunded", "refunded"]
    for before, after in pairwise(path):
        assert PaymentStatus(after) in PAYMENT_MOVES[PaymentStatus(before)]


@pytest.mark.parametrize("status", list(PaymentStatus))
def test_payments_move_upwards_only(status: PaymentStatus) -> None:
    for after in PAYMENT_MOVES[status]:
        both_open = status in OPEN_PAYMENTS and after in OPEN_PAYMENTS
        assert both_open or PAYMENT_RANK[after] > PAYMENT_RANK[status]
    assert PaymentStatus.FAILED not in PAYMENT_MOVES[PaymentStatus.AUTHORIZED]
    assert len(OPEN_PAYMENTS | UNPAID | PAID) == len(OPEN_PAYMENTS) + len(UNPAID) + len(PAID)


def test_a_purchase_replays_to_a_confirmed_order() -> None:
    state = replay([PLACED, due(2), paid("captured", 3, captured=1250), Happened("order.confirmed", 4)])
    assert (state.status, state.payment_status, state.captured) == ("confirmed", "captured", 1250)
    assert (state.sequence, state.attempt, state.payment_id) == (4, 1, "pay_1")
    assert state.fulfillment_status == "unfulfilled"


def test_news_of_an_earlier_attempt_leave_the_latest_alone() -> None:
    events = [PLACED, due(2), paid("failed", 3), due(4, "pay_2"), paid("refunded", 5, "pay_1", 1250, 1250)]
    state = replay(events)
    assert (state.payment_id, state.payment_status, state.refunded, state.attempt) == ("pay_2", "processing", 0, 2)


def test_a_request_to_cancel_is_over_when_the_order_moves() -> None:
    events = [PLACED, due(2), Happened("payment.cancel", 3)]
    assert replay(events).cancel_requested
    ended = replay([*events, paid("voided", 4), Happened("order.cancelled", 5)])
    assert (ended.cancel_requested, ended.status) == (False, "cancelled")


@pytest.mark.parametrize(
    "events",
    [
        [],
        [due(1)],
        [PLACED, due(3)],
        [PLACED, due(1)],
        [PLACED, due(2), due(2)],
        [PLACED, due(2), Happened("order.completed", 3)],
        [PLACED, due(2), paid("captured", 3), paid("processing", 4)],
        [PLACED, due(2), Happened("order.expired", 3), Happened("order.expired", 4)],
    ],
)
def test_a_history_that_cannot_be_is_refused(events: list[Happened]) -> None:
    with pytest.raises(BrokenHistory):
        replay(events)


@pytest.mark.parametrize("type_", ["order.eaten", "payment.eaten", "cart.opened"])
def test_an_event_that_no_order_has_is_refused(type_: str) -> None:
    with pytest.raises(ValueError, match=r"eaten|no event"):
        replay([PLACED, due(2), Happened(type_, 3, {"payment_id": "pay_1"})])


@given(some.lists(some.sampled_from(sorted(PaymentStatus)), max_size=8))
def test_any_walk_along_the_tables_replays_to_its_end(wished: list[str]) -> None:
    at, events = PaymentStatus.PROCESSING, [PLACED, due(2)]
    for after in map(PaymentStatus, wished):
        if after in PAYMENT_MOVES[at]:
            at = after
            events.append(paid(after, len(events) + 1))
    assert replay(events).payment_status == at
