"""How an order moves: each step of one transaction, written as one update with its events in sequence.

Whoever decides (checkout, the payments worker, staff) takes the steps; :meth:`OrderMoves.write` appends what came of
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pushcart.orders import events, repository
from pushcart.orders.service.goods import GoodsSteps
from pushcart.orders.service.steps import ForbiddenMove, announce
from pushcart.states import OrderStatus
from utils.models import Key

__all__ = ["ForbiddenMove", "OrderMoves", "announce", "order_key"]


def order_key(order_id: str) -> Key:
    """Return where an order is, for another context's read."""
    return repository.order_key(order_id)


SOLD: Final = frozenset({OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED})
"""An order that counts among the sales."""


class OrderMoves(GoodsSteps):
    """An order that was read, and the steps that one transaction takes with it.

    Example
    -------
    >>> moves = OrderMoves(order)  # doctest: +SKIP
    >>> moves.payment_moved(summary)  # doctest: +SKIP
    >>> moves.confirm()  # doctest: +SKIP
    >>> moves.write(tx)  # doctest: +SKIP
    """

    def attempted(self, payment: dict[str, Any]) -> None:
        """Another attempt to pay begins; the payments queue is told that it is due."""
        self.payment, self.attempt = payment, self.attempt + 1
        self._happenings.append(events.due(self.id, payment["id"], self.attempt))

    def payment_moved(self, payment: dict[str, Any], *, took: int = 0, gave_back: int = 0) -> None:
        """An attempt to pay moved, and by it so much money (minor units). Of the latest, the order keeps a summary.

        The differences are in the event, so that whoever adds up the day's money need not know what came before.
        """
        if payment["id"] == self.payment["id"]:
            self.payment = payment
        self._happenings.append(events.payment_moved(payment, took=took, gave_back=gave_back))

    def promised(self, payment_id: str, refunding: int) -> None:
        """So much of an attempt's money (minor units) is on its way back; a refund's own step tells of it."""
        if payment_id == self.payment["id"]:
            self.payment = {**self.payment, "refunding": refunding}

    def confirm(self) -> None:
        """It is paid, and its stock is its own."""
        stock = "taken" if self.is_over else "kept"
        self._move(
            OrderStatus.CONFIRMED,
            payment_id=self.payment["id"],
            stock=stock,
            **self._sold(),
        )

    def expire(self) -> None:
        """It was not paid in time; its stock goes back."""
        self._move(OrderStatus.EXPIRED, stock="given_back", lines=self.lines)

    def cancel(self, reason: str) -> None:
        """It ends, its stock is given back or was never there. ``reason``: ``requested`` or ``stock_lost``."""
        self._cancel_reason = reason
        stock = "kept" if self.is_over else "given_back"
        was_sold = self.status in SOLD
        self._move(OrderStatus.CANCELLED, reason=reason, was_sold=was_sold, stock=stock, **self._sold())

    def _sold(self) -> dict[str, Any]:
        """What the sums of sales need of an order that is counted, or not counted any more."""
        return {
            "customer_id": self._order.customer_id,
            "currency": self.currency,
            "totals": self._order.totals,
            "lines": events.sold_of(self._order.lines),
        }

    def ask_to_cancel(self) -> None:
        """The payments queue is asked to end it, since the provider has to be asked first."""
        self.cancel_requested = True
        self._happenings.append(events.command("payment.cancel", order_id=self.id))

    def keep(self, why: str) -> None:
        """The end that was asked for does not come about: ``refund_failed``, or ``shipped`` before it was seen to."""
        self.cancel_requested = False
        self._happenings.append(events.Happening("order.kept", {"reason": why}))

    def ask_to_void(self) -> None:
        """The payments queue is asked to stop the attempt to pay."""
        self._happenings.append(events.command("payment.void", order_id=self.id, payment_id=self.payment["id"]))

    def ask_to_capture(self) -> None:
        """The payments queue is asked to take what was authorised."""
        self._happenings.append(events.command("payment.capture", order_id=self.id, payment_id=self.payment["id"]))

    def updated(self, fields: Iterable[str]) -> None:
        """Staff changes what is kept of the buyer, such as where it is sent; the event names the fields, no more."""
        self._happenings.append(events.Happening("order.updated", {"fields": sorted(fields)}))

    def claimed(self, customer_id: str) -> None:
        """A guest's order becomes a customer's own."""
        self._changes["customer_id"] = customer_id
        was_sold = self.status in SOLD
        self._happenings.append(
            events.Happening("order.claimed", {**self._sold(), "customer_id": customer_id, "was_sold": was_sold})
        )

    def invoiced(self, invoice_id: str, number: str, **changes: Any) -> None:
        """Its invoice was issued; ``changes`` are what the order keeps of it."""
        self._changes |= changes
        self._happenings.append(events.Happening("invoice.issued", {"invoice_id": invoice_id, "number": number}))
