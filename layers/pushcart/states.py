"""The three axes along which an order moves, as data: each is a table of allowed moves (data.md, order states).

Nothing changes a state but along these tables; every move is an update conditional on the state that it leaves, with
an event in the same transaction.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class OrderStatus(StrEnum):
    """Where an order stands as a whole."""

    PENDING_PAYMENT = "pending_payment"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """Where one attempt to pay stands; the order's is that of its latest attempt."""

    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    REVIEW = "review"
    FAILED = "failed"
    AUTHORIZED = "authorized"
    VOIDED = "voided"
    PARTIALLY_CAPTURED = "partially_captured"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class FulfillmentStatus(StrEnum):
    """How much of an order has left the house."""

    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"


class ParcelStatus(StrEnum):
    """Where one parcel of an order is."""

    SHIPPED = "shipped"
    DELIVERED = "delivered"


class ReturnStatus(StrEnum):
    """Where goods that come back stand."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECEIVED = "received"
    REFUNDED = "refunded"


class RefundStatus(StrEnum):
    """Where money that goes back stands. ``pending`` until the provider has said."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_O, _P, _F, _R = OrderStatus, PaymentStatus, FulfillmentStatus, ReturnStatus

ORDER_MOVES: Final[dict[OrderStatus, frozenset[OrderStatus]]] = {
    _O.PENDING_PAYMENT: frozenset({_O.CONFIRMED, _O.EXPIRED, _O.CANCELLED}),
    _O.CONFIRMED: frozenset({_O.PROCESSING, _O.CANCELLED}),
    _O.PROCESSING: frozenset({_O.COMPLETED, _O.CANCELLED}),
    _O.COMPLETED: frozenset(),
    # Money may arrive after the end: the order is taken up again if its stock can be, or else ends as cancelled.
    _O.EXPIRED: frozenset({_O.CONFIRMED, _O.CANCELLED}),
    _O.CANCELLED: frozenset({_O.CONFIRMED}),
}

PAYMENT_RANK: Final[dict[PaymentStatus, int]] = {
    _P.PROCESSING: 0,
    _P.REQUIRES_ACTION: 0,
    _P.REVIEW: 0,
    _P.FAILED: 1,
    _P.AUTHORIZED: 2,
    _P.VOIDED: 3,
    _P.PARTIALLY_CAPTURED: 4,
    _P.CAPTURED: 5,
    _P.PARTIALLY_REFUNDED: 6,
    _P.REFUNDED: 7,
}
"""What a provider tells is applied only upwards, since it may be told late, twice and out of order. Money that moved
outranks the news that none did."""

PAYMENT_MOVES: Final[dict[PaymentStatus, frozenset[PaymentStatus]]] = {
    status: frozenset(
        other
        for other, rank in PAYMENT_RANK.items()
        if other != status and (rank > held or rank == held == 0) and (other is not _P.FAILED or held == 0)
    )
    for status, held in PAYMENT_RANK.items()
}

FULFILLMENT_MOVES: Final[dict[FulfillmentStatus, frozenset[FulfillmentStatus]]] = {
    _F.UNFULFILLED: frozenset({_F.PARTIALLY_FULFILLED, _F.FULFILLED}),
    _F.PARTIALLY_FULFILLED: frozenset({_F.FULFILLED}),
    _F.FULFILLED: frozenset({_F.DELIVERED}),
    _F.DELIVERED: frozenset(),
}

PARCEL_MOVES: Final[dict[ParcelStatus, frozenset[ParcelStatus]]] = {
    ParcelStatus.SHIPPED: frozenset({ParcelStatus.DELIVERED}),
    ParcelStatus.DELIVERED: frozenset(),
}

RETURN_MOVES: Final[dict[ReturnStatus, frozenset[ReturnStatus]]] = {
    _R.REQUESTED: frozenset({_R.APPROVED, _R.REJECTED}),
    _R.APPROVED: frozenset({_R.RECEIVED, _R.REJECTED}),
    _R.RECEIVED: frozenset({_R.REFUNDED}),
    _R.REJECTED: frozenset(),
    _R.REFUNDED: frozenset(),
}

REFUND_MOVES: Final[dict[RefundStatus, frozenset[RefundStatus]]] = {
    RefundStatus.PENDING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    RefundStatus.SUCCEEDED: frozenset(),
    RefundStatus.FAILED: frozenset(),
}

OPEN_PAYMENTS: Final = frozenset({_P.PROCESSING, _P.REQUIRES_ACTION, _P.REVIEW})
"""The outcome is still to come."""

UNPAID: Final = frozenset({_P.FAILED, _P.VOIDED})
"""It is certain that no money moved, or will."""

PAID: Final = frozenset({_P.CAPTURED, _P.PARTIALLY_REFUNDED})
"""The shop holds money."""
