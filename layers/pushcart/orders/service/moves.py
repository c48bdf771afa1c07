"""How an order moves: each step of one transaction, written as one update with its events in sequence.

Whoever decides (checkout, the payments worker) takes the steps; :meth:`OrderMoves.write` appends what came of them.
"""

from __future__ import annotations

from typing import Any

from pushcart.orders import events, repository
from pushcart.orders.events import Happening
from pushcart.orders.models import OrderItem
from pushcart.outbox import service as outbox
from pushcart.states import ORDER_MOVES, OrderStatus
from utils.clock import now, parse
from utils.models import Key
from utils.transaction import Transaction


class ForbiddenMove(RuntimeError):
    """A step that no table allows: a fault in the caller, never an answer."""


def order_key(order_id: str) -> Key:
    """Return where an order is, for another context's read."""
    return repository.order_key(order_id)


class OrderMoves:
    """An order that was read, and the steps that one transaction takes with it.

    Example
    -------
    >>> moves = OrderMoves(order)  # doctest: +SKIP
    >>> moves.payment_moved(summary)  # doctest: +SKIP
    >>> moves.confirm()  # doctest: +SKIP
    >>> moves.write(tx)  # doctest: +SKIP
    """

    def __init__(self, order: OrderItem) -> None:
        self._order = order
        self._happenings: list[Happening] = []
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
        """SKU, location and quantity of each line."""
        return events.stock_of(self._order.lines)

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
    def are_any(self) -> bool:
        """Whether a step was taken."""
        return bool(self._happenings)

    @property
    def is_held(self) -> bool:
        """Whether the reservation has not ended yet."""
        return now() < parse(self._order.held_until)

    def attempted(self, payment: dict[str, Any]) -> None:
        """Another attempt to pay begins; the payments queue is told that it is due."""
        self.payment, self.attempt = payment, self.attempt + 1
        self._happenings.append(events.due(self.id, payment["id"], self.attempt))

    def payment_moved(self, payment: dict[str, Any]) -> None:
        """An attempt to pay moved. Of the order's latest one, the order keeps the summary."""
        if payment["id"] == self.payment["id"]:
            self.payment = payment
        self._happenings.append(events.payment_moved(payment))

    def confirm(self) -> None:
        """It is paid, and its stock is its own."""
        stock = "taken" if self.is_over else "kept"
        self._move(
            OrderStatus.CONFIRMED,
            payment_id=self.payment["id"],
            customer_id=self._order.customer_id,
            currency=self.currency,
            totals=self._order.totals,
            stock=stock,
            lines=events.sold_of(self._order.lines),
        )

    def expire(self) -> None:
        """It was not paid in time; its stock goes back."""
        self._move(OrderStatus.EXPIRED, stock="given_back", lines=self.lines)

    def cancel(self, reason: str) -> None:
        """It ends, its stock is given back or was never there. ``reason``: ``requested`` or ``stock_lost``."""
        self._cancel_reason = reason
        stock = "kept" if self.is_over else "given_back"
        self._move(OrderStatus.CANCELLED, reason=reason, stock=stock, lines=self.lines)

    def ask_to_cancel(self) -> None:
        """The payments queue is asked to end it, since the provider has to be asked first."""
        self.cancel_requested = True
        self._happenings.append(events.command("payment.cancel", order_id=self.id))

    def ask_to_capture(self) -> None:
        """The payments queue is asked to take what was authorised."""
        self._happenings.append(events.command("payment.capture", order_id=self.id, payment_id=self.payment["id"]))

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
        )
        announce(tx, self.id, first, self._happenings)

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
