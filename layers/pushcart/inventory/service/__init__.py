"""The rules of stock: count it, promise it, keep or give it back, tell the public, keep the ledger."""

from typing import TYPE_CHECKING

from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.models import Place, ReservedLine, Wanted
from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.inventory.service.allocation import allocate, hint
    from pushcart.inventory.service.ledger import enter_movements
    from pushcart.inventory.service.reservations import (
        commit_reservation,
        held_past,
        release,
        reservation_key,
        reserve,
        reserve_again,
        restock,
        ship,
        stock_key,
    )
    from pushcart.inventory.service.stock import (
        adjust_stock,
        list_movements,
        list_stock,
        show_availability,
        show_stock,
    )
    from pushcart.inventory.service.words import availability_word, bring_words_up_to_date

__all__ = [
    "InsufficientStock",
    "Place",
    "ReservedLine",
    "Wanted",
    "adjust_stock",
    "allocate",
    "availability_word",
    "bring_words_up_to_date",
    "commit_reservation",
    "enter_movements",
    "held_past",
    "hint",
    "list_movements",
    "list_stock",
    "release",
    "reservation_key",
    "reserve",
    "reserve_again",
    "restock",
    "ship",
    "show_availability",
    "show_stock",
    "stock_key",
]

__getattr__ = lazily(
    __name__,
    {
        "allocation": ("allocate", "hint"),
        "ledger": ("enter_movements",),
        "reservations": (
            "commit_reservation",
            "held_past",
            "release",
            "reservation_key",
            "reserve",
            "reserve_again",
            "restock",
            "ship",
            "stock_key",
        ),
        "stock": ("adjust_stock", "list_movements", "list_stock", "show_availability", "show_stock"),
        "words": ("availability_word", "bring_words_up_to_date"),
    },
)
