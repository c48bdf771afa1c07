"""What a command is about: an attempt to pay, its order and what the order holds, read together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.orders.service.moves import OrderMoves, order_key
from pushcart.payments import provider, repository
from pushcart.payments.models import PaymentItem
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.refunds import RefundItem, refund_key
from utils.clock import now, parse
from utils.log import logger
from utils.transaction import Transaction

REVIEW_AFTER: Final = timedelta(minutes=15)
"""An outcome that is unknown for so long is somebody's to look at."""


@dataclass(slots=True)
class Case:
    """One attempt to pay, as it was read, and the steps that may be taken with its order; a refund, if it is of one."""

    payment: PaymentItem
    moves: OrderMoves
    reservation: Any
    refund: RefundItem | None = None
    tx: Transaction = field(default_factory=Transaction)

    @property
    def is_latest(self) -> bool:
        """Whether it is the attempt that the order goes by."""
        return bool(self.payment.id == self.moves.payment["id"])

    @property
    def is_chargeable(self) -> bool:
        """Whether the order still waits for this attempt's money."""
        moves = self.moves
        wanted = not moves.cancel_requested and self.payment.asked_for != "void"
        return moves.awaits_payment and moves.is_held and self.is_latest and wanted

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
        case = load(self.moves.id, self.payment.id, self.refund.id if self.refund else None)
        if case is None:
            raise LookupError(self.payment.id)
        return case

    def ask(self, operation: str, **parameters: Any) -> Charge:
        """Ask the attempt's provider for an operation on its charge.

        Raises
        ------
        NoAnswer
            When the provider is silent. So is one that this stage takes no more: its charges are as they are, and
            asked after until it is taken again, or somebody settles them.
        """
        payment = self.payment
        try:
            charge: Charge = provider.call(payment.provider, operation, key=payment.charge_key, **parameters)
        except provider.UnknownProvider:
            logger.warning(PROVIDER_GONE, extra={"payment_id": payment.id, "provider": payment.provider})
            raise NoAnswer(f"{payment.provider} is not among PAYMENT_PROVIDERS") from None
        return charge

    def find(self) -> Charge | None:
        """Ask the attempt's provider for the charge as it stands; ``None`` when it was never asked for.

        Raises
        ------
        NoAnswer
            When the provider is silent.
        """
        charge: Charge | None = self.ask("find")
        return charge

    def ask_to_refund(self) -> Charge:
        """Ask the provider for the refund that this is about.

        Raises
        ------
        NoAnswer
            When the provider is silent.
        """
        return self.ask("refund", refund_key=self.refund_key, amount=int(self.open_refund.amount))

    @property
    def open_refund(self) -> RefundItem:
        """The refund that this is about.

        Raises
        ------
        LookupError
            When it is about none.
        """
        if self.refund is None:
            raise LookupError(f"{self.payment.id}: not about a refund")
        return self.refund

    @property
    def refund_key(self) -> str:
        """The key under which the provider knows the refund, and makes it at most once."""
        return refund_key(self.payment.charge_key, self.open_refund.id)


PROVIDER_GONE: Final = "payment provider not taken"
"""The log line that the alarm counts: payments of a provider are open that ``PAYMENT_PROVIDERS`` does not name."""


def load(order_id: str, payment_id: str | None, refund_id: str | None = None) -> Case | None:
    """Read a case: the attempt that is named, or a refund's, or else the order's latest. ``None``: there is none."""
    tx = Transaction()
    named = [repository.refund_key(order_id, refund_id)] if refund_id else []
    if payment_id:
        named.append(repository.payment_key(order_id, payment_id))
    order, reservation, *found = tx.read(order_key(order_id), inventory.reservation_key(order_id), *named)
    refund = found[0] if refund_id else None
    if order is None or (refund_id and refund is None):
        return None
    moves = OrderMoves(order)
    if not payment_id:
        found = tx.read(repository.payment_key(order_id, refund.payment_id if refund else moves.payment["id"]))
    payment = found[-1]
    return Case(payment, moves, reservation, refund, tx) if payment is not None else None
