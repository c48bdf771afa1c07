"""What a command is about: an attempt to pay, its order and what the order holds, read together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.orders.service.moves import OrderMoves, order_key
from pushcart.payments import provider, repository
from pushcart.payments.models import PaymentItem
from pushcart.payments.ports import Charge
from utils.clock import now, parse
from utils.transaction import Transaction

REVIEW_AFTER: Final = timedelta(minutes=15)
"""An outcome that is unknown for so long is somebody's to look at."""


@dataclass(slots=True)
class Case:
    """One attempt to pay, as it was read, and the steps that may be taken with its order."""

    payment: PaymentItem
    moves: OrderMoves
    reservation: Any
    tx: Transaction = field(default_factory=Transaction)

    @property
    def is_latest(self) -> bool:
        """Whether it is the attempt that the order goes by."""
        return bool(self.payment.id == self.moves.payment["id"])

    @property
    def is_chargeable(self) -> bool:
        """Whether the order still waits for this attempt's money."""
        moves = self.moves
        return moves.awaits_payment and moves.is_held and self.is_latest and not moves.cancel_requested

    @property
    def is_overdue(self) -> bool:
        """Whether it was sent too long ago for its outcome to be still unknown."""
        sent_at = self.payment.sent_at
        return bool(sent_at) and parse(sent_at) + REVIEW_AFTER < now()

    def reload(self) -> Case:
        """Return the same case as it stands now.

        Raises
        ------
        LookupError
            When it is gone, which it never is.
        """
        case = load(self.moves.id, self.payment.id)
        if case is None:
            raise LookupError(self.payment.id)
        return case

    def ask(self, operation: str, **parameters: Any) -> Charge:
        """Ask the attempt's provider for an operation on its charge.

        Raises
        ------
        NoAnswer
            When the provider is silent.
        """
        charge: Charge = provider.call(self.payment.provider, operation, key=self.payment.charge_key, **parameters)
        return charge


def load(order_id: str, payment_id: str | None) -> Case | None:
    """Read a case: the attempt that is named, or else the order's latest. ``None`` when there is none such."""
    tx = Transaction()
    named = [repository.payment_key(order_id, payment_id)] if payment_id else []
    order, reservation, *payments = tx.read(order_key(order_id), inventory.reservation_key(order_id), *named)
    if order is None:
        return None
    moves = OrderMoves(order)
    if not named:
        payments = tx.read(repository.payment_key(order_id, moves.payment["id"]))
    if payments[0] is None:
        return None
    return Case(payments[0], moves, reservation, tx)
