"""Uses of capped promotions: counted in the transaction that takes them, given back in the one that ends the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pushcart.pricing.repository import promotions as repository
from pushcart.pricing.service.basket import Quote
from utils.errors import InvalidState
from utils.transaction import Transaction


def claim_uses(tx: Transaction, quote: Quote) -> None:
    """Append one use of each capped promotion of a quote, each on condition that one is left.

    Whoever comes too late is refused when the transaction is committed: ``INVALID_STATE``, told as
    ``promotion_used_up`` with the code in its ``detail``.
    """
    for promotion in quote.promotions:
        if promotion.capped:
            refused = _used_up(promotion.code)
            repository.take_use(tx, promotion.promotion_id, refused=refused)


def _used_up(code: str) -> InvalidState:
    todo = "This promotion is used up. Take its code out of the cart and order again."
    return InvalidState(todo, field="promotions", detail=f"promotion_used_up: {code}")


def release_uses(tx: Transaction, promotions: Iterable[Mapping[str, Any]]) -> None:
    """Append that an order gives its uses back: once, in the transaction that ends it.

    Parameters
    ----------
    promotions
        What the order keeps: :meth:`~pushcart.pricing.service.basket.Applied.as_data` of each.
    """
    for promotion in promotions:
        if promotion.get("capped"):
            repository.give_use_back(tx, promotion["promotion_id"])


def claim_again(tx: Transaction, promotions: Iterable[Mapping[str, Any]]) -> None:
    """Append that an order which had ended, and had given its uses back, lives after all: its payment came late.

    The shop took the money at that price, so the use is counted even where the cap was reached meanwhile.
    """
    for promotion in promotions:
        if promotion.get("capped"):
            repository.take_use_again(tx, promotion["promotion_id"])
