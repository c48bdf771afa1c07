"""The replay of what leaves the house and what comes back, and of the other events that an order has."""

from __future__ import annotations

from typing import Any

import pytest

from pushcart.orders.states import BrokenHistory, replay
from pushcart.states import PARCEL_MOVES, REFUND_MOVES, RETURN_MOVES, ParcelStatus, RefundStatus, ReturnStatus
from Test_py.test_services.orders.test_states import PLACED, Happened, due, paid

CONFIRMED = [PLACED, due(2), paid("captured", 3, captured=1250), Happened("order.confirmed", 4)]


def history(*steps: tuple[str, dict[str, Any]]) -> list[Happened]:
    """Return the events of a paid order and of ``steps``, in sequence."""
    return [*CONFIRMED, *(Happened(type_, number, data) for number, (type_, data) in enumerate(steps, start=5))]


def shipped(number: int = 1, axis: str = "fulfilled", quantity: int = 2) -> tuple[str, dict[str, Any]]:
    lines = [{"sku": "MUG-1", "location_id": "main", "quantity": quantity}]
    data = {"fulfillment_id": f"ful_{number}", "fulfillment_status": axis, "lines": lines, "stock": "shipped"}
    return "fulfillment.shipped", data


def delivered(number: int = 1, axis: str = "delivered") -> tuple[str, dict[str, Any]]:
    return "fulfillment.delivered", {"fulfillment_id": f"ful_{number}", "fulfillment_status": axis}


def returned(status: str, quantity: int = 1) -> tuple[str, dict[str, Any]]:
    return f"return.{status}", {"return_id": "ret_1", "lines": [{"sku": "MUG-1", "quantity": quantity}]}


def refund(what: str) -> tuple[str, dict[str, Any]]:
    return f"refund.{what}", {"refund_id": "ref_1", "payment_id": "pay_1", "amount": 1250, "currency": "EUR"}


PROCESSING: tuple[str, dict[str, Any]] = ("order.processing", {})
COMPLETED: tuple[str, dict[str, Any]] = ("order.completed", {})


def test_every_state_of_goods_is_in_its_table() -> None:
    assert set(PARCEL_MOVES) == set(ParcelStatus)
    assert set(RETURN_MOVES) == set(ReturnStatus)
    assert set(REFUND_MOVES) == set(RefundStatus)


def test_parcels_move_the_axis_and_count_units() -> None:
    steps = [shipped(1, "partially_fulfilled", 1), PROCESSING, shipped(2, "fulfilled", 1)]
    state = replay(history(*steps, delivered(1, "fulfilled"), delivered(2), COMPLETED))
    assert (state.status, state.fulfillment_status) == ("completed", "delivered")
    assert state.progress == {"fulfilled": {"MUG-1": 2}, "returned": {}}
    assert state.parcels == {"ful_1": "delivered", "ful_2": "delivered"}


def test_a_return_counts_until_it_is_rejected() -> None:
    asked = history(shipped(), PROCESSING, returned("requested", 2))
    assert replay(asked).progress["returned"] == {"MUG-1": 2}
    rejected = replay(history(shipped(), PROCESSING, returned("requested", 2), returned("rejected", 2)))
    assert rejected.progress["returned"] == {}
    assert rejected.returns == {"ret_1": "rejected"}


def test_a_return_is_refunded_by_its_refund() -> None:
    moves = [returned(status) for status in ("requested", "approved", "received")]
    asked = [shipped(), PROCESSING, *moves, refund("requested")]
    assert replay(history(*asked)).refunds == {"ref_1": "pending"}
    state = replay(history(*asked, refund("succeeded"), returned("refunded")))
    assert (state.refunds, state.returns) == ({"ref_1": "succeeded"}, {"ret_1": "refunded"})
    assert replay(history(*asked, refund("failed"))).returns == {"ret_1": "received"}


def test_what_staff_does_is_no_move_but_a_claim_and_an_invoice_are_kept() -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("order.updated", {"fields": ["note"]}),
        ("order.claimed", {"customer_id": "usr_1"}),
    ]
    state = replay(history(*steps, ("invoice.issued", {"invoice_id": "inv_1", "number": "2026-1"})))
    assert (state.status, state.customer_id, state.invoice_id) == ("confirmed", "usr_1", "inv_1")
    assert state.sequence == 7


@pytest.mark.parametrize(
    "steps",
    [
        [shipped(1, "delivered")],
        [shipped(1, "partially_fulfilled"), shipped(1, "fulfilled")],
        [shipped(1, "fulfilled"), shipped(2, "partially_fulfilled")],
        [delivered()],
        [shipped(), delivered(), delivered()],
        [COMPLETED],
        [returned("approved")],
        [returned("requested"), returned("requested")],
        [returned("requested"), returned("received")],
        [returned("requested"), returned("approved"), returned("refunded")],
        [refund("succeeded")],
        [refund("requested"), refund("requested")],
        [refund("requested"), refund("failed"), refund("succeeded")],
    ],
)
def test_goods_that_cannot_have_gone_so_are_refused(steps: list[tuple[str, dict[str, Any]]]) -> None:
    with pytest.raises(BrokenHistory):
        replay(history(*steps))
