"""What the end of an order means for what it holds, and its life after that: stock, and uses of promotions."""

from __future__ import annotations

from typing import Final

from pushcart.inventory import service as inventory
from pushcart.payments.service.case import Case
from pushcart.pricing import service as pricing

REQUESTED: Final = "requested"


def call_off(case: Case) -> None:
    """Append the end of an order that was paid, now that none of the buyer's money is kept."""
    case.moves.cancel(REQUESTED)
    give_up(case)


def give_up(case: Case) -> None:
    """Append that what an order holds can be had by others: its stock, and its uses of capped promotions."""
    inventory.release(case.tx, case.reservation)
    pricing.release_uses(case.tx, case.moves.promotions)


def take_again(case: Case) -> None:
    """Append that an order which was over has its stock, and its uses of promotions, once more.

    At the commit: :class:`~pushcart.inventory.service.InsufficientStock` where the stock is gone.
    """
    inventory.reserve_again(case.tx, case.reservation)
    pricing.claim_again(case.tx, case.moves.promotions)
