"""What the end of an order means for what it holds: its stock goes back to the shelf."""

from __future__ import annotations

from typing import Final

from pushcart.inventory import service as inventory
from pushcart.payments.service.case import Case

REQUESTED: Final = "requested"


def call_off(case: Case) -> None:
    """Append the end of an order that was paid, now that none of the buyer's money is kept."""
    case.moves.cancel(REQUESTED)
    give_stock_back(case)


def give_stock_back(case: Case) -> None:
    """Append that what an order held can be sold again, and its promotions be used again."""
    inventory.release(case.tx, case.reservation)
