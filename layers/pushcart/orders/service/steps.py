"""What every step of an order has in common: the order that was read, what happened to it, and how that is written."""

from __future__ import annotations

from typing import Any

from pushcart.orders import events, repository
from pushcart.orders.events import Happening
from pushcart.orders.models import OrderItem
from pushcart.outbox import service as outbox
from pushcart.states import ORDER_MOVES, FulfillmentStatus, OrderStatus
from utils.clock import now, parse
from utils.transaction import Transaction


class ForbiddenMove(RuntimeError):
    """A step that no table allows: a fault in the caller, never an answer."""


class Steps:
    """An order that was read, and what one transaction does to it."""

    def __init__(self, order: OrderItem) -> None:
        self._order = order
        self._happenings: list[Happening] = []
        self._changes: dict[str, Any] = {}
        self.status = OrderStatus(order.status)
        self.payment: dict[str, Any] = order.payment
        self.attempt = int(order.attempt)
        self.cancel_requested = bool(order.cancel_requested)
        self._cancel_reason: str | None = order.cancel_reason

    @property
    def id(self) -> str:
        return str(self._order.id)

    @property
    def total(self) -> int:
        """What is to be paid, in minor units of :attr:`currency`."""
        return int(self._order.totals["total"])

    @property
    def currency(self) -> str:
        return str(self._order.currency)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """SKU, location, bucket and quantity of each line."""
        return events.stock_of(self._order.lines)

    @property
    def promotions(self) -> list[dict[str, Any]]:
        """What was taken off by which promotion; none of an order that was placed before there were any."""
        return list(getattr(self._order, "promotions", None) or ())

    @property
    def awaits_payment(self) -> bool:
        return self.status is OrderStatus.PENDING_PAYMENT

    @property
    def is_expired(self) -> bool:
        return self.status is OrderStatus.EXPIRED

    @property
    def is_over(self) -> bool:
        """Whether it ended without being paid: its stock is not its own any more."""
        return self.status in {OrderStatus.EXPIRED, OrderStatus.CANCELLED}

    @property
    def has_shipped(self) -> bool:
        """Whether something of it has left the house."""
        return bool(self._now("fulfillment_status") != FulfillmentStatus.UNFULFILLED)

    @property
    def can_be_called_off(self) -> bool:
        """Whether it is paid, or as good as, and can still end: nothing of it has left the house."""
        return self.status in {OrderStatus.CONFIRMED, OrderStatus.PROCESSING} and not self.has_shipped

    @property
    def are_any(self) -> bool:
        """Whether a step was taken."""
        return bool(self._happenings)

    @property
    def is_held(self) -> bool:
        """Whether the reservation has not ended yet."""
        return now() < parse(self._order.held_until)

    def write(self, tx: Transaction) -> None:
        """Append the order's update and the events of all steps."""
        first = int(self._order.sequence) + 1
        repository.move(
            tx,
            self._order,
            status=self.status,
            payment=self.payment,
            attempt=self.attempt,
            sequence=first + len(self._happenings) - 1,
            cancel_requested=self.cancel_requested,
            cancel_reason=self._cancel_reason,
            changes=self._changes,
        )
        announce(tx, self.id, first, self._happenings)

    def _now(self, name: str) -> Any:
        """Return an attribute of the order as the steps so far have left it."""
        return self._changes[name] if name in self._changes else getattr(self._order, name)

    def _move(self, status: OrderStatus, **data: Any) -> None:
        if status not in ORDER_MOVES[self.status]:
            raise ForbiddenMove(f"{self.id}: {self.status} to {status}")
        self.status, self.cancel_requested = status, False
        if status is not OrderStatus.CANCELLED:
            self._cancel_reason = None
        self._happenings.append(events.moved(status, **data))


def announce(tx: Transaction, order_id: str, first: int, happenings: list[Happening]) -> None:
    """Append events with the order's sequence numbers from ``first`` on."""
    for sequence, happening in enumerate(happenings, start=first):
        target = [outbox.Target(happening.queue, happening.delay_seconds)] if happening.queue else []
        outbox.announce(
            tx,
            aggregate=order_id,
            sequence=sequence,
            type=happening.type,
            data=happening.data,
            targets=target,
            on_topic=not happening.is_command,
        )
