"""Goods that come back: asked for, decided on, received, and their money given back."""

from __future__ import annotations

from pushcart.orders import repository
from utils.transaction import Transaction


def refunded(tx: Transaction, order_id: str, return_id: str) -> None:
    """Append: the money of a return is back, for the payments worker's own transaction.

    :meth:`~pushcart.orders.service.goods.GoodsSteps.refund_moved` of the same transaction tells the order, and
    announces ``return.refunded``.
    """
    repository.mark_refunded(tx, order_id, return_id)
