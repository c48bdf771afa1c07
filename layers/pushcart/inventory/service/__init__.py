"""The rules of stock: count it, promise it, keep or give it back, tell the public, keep the ledger."""

from typing import TYPE_CHECKING

from pushcart.inventory.errors import InsufficientStock
from pushcart.inventory.events import ledger_lines
from pushcart.inventory.models import Place, ReservationItem, ReservedLine, Wanted
from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.inventory.service.allocation import allocate, hint
    from pushcart.inventory.service.counting import adjust_stock
    from pushcart.inventory.service.keeping import set_settings
    from pushcart.inventory.service.ledger import heed
    from pushcart.inventory.service.locations import add_location, change_location, list_locations
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
    from pushcart.inventory.service.seeking import seek
    from pushcart.inventory.service.stock import list_movements, list_stock, show_availability, show_stock
    from pushcart.inventory.service.subscriptions import (
        confirm_subscription,
        end_subscription,
        subscribe,
        subscription_letter,
        subscription_of,
    )
    from pushcart.inventory.service.words import availability_word, bring_up_to_date

__all__ = [
    "InsufficientStock",
    "Place",
    "ReservationItem",
    "ReservedLine",
    "Wanted",
    "add_location",
    "adjust_stock",
    "allocate",
    "availability_word",
    "bring_up_to_date",
    "change_location",
    "commit_reservation",
    "confirm_subscription",
    "end_subscription",
    "heed",
    "held_past",
    "hint",
    "ledger_lines",
    "list_locations",
    "list_movements",
    "list_stock",
    "release",
    "reservation_key",
    "reserve",
    "reserve_again",
    "restock",
    "seek",
    "set_settings",
    "ship",
    "show_availability",
    "show_stock",
    "stock_key",
    "subscribe",
    "subscription_letter",
    "subscription_of",
]

__getattr__ = lazily(
    __name__,
    {
        "allocation": ("allocate", "hint"),
        "counting": ("adjust_stock",),
        "keeping": ("set_settings",),
        "ledger": ("heed",),
        "locations": ("add_location", "change_location", "list_locations"),
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
        "seeking": ("seek",),
        "stock": ("list_movements", "list_stock", "show_availability", "show_stock"),
        "subscriptions": (
            "confirm_subscription",
            "end_subscription",
            "subscribe",
            "subscription_letter",
            "subscription_of",
        ),
        "words": ("availability_word", "bring_up_to_date"),
    },
)
