"""The rules of a cart. Prices are always the server's."""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.carts.service.access import TOKEN_PURPOSE, cart_key, convert, open_cart
    from pushcart.carts.service.items import add_item, change_item, remove_item
    from pushcart.carts.service.lifecycle import create_cart, remove_cart, set_addresses, show_cart
    from pushcart.carts.service.privacy import erase_all, exported

__all__ = [
    "TOKEN_PURPOSE",
    "add_item",
    "cart_key",
    "change_item",
    "convert",
    "create_cart",
    "erase_all",
    "exported",
    "open_cart",
    "remove_cart",
    "remove_item",
    "set_addresses",
    "show_cart",
]

__getattr__ = lazily(
    __name__,
    {
        "access": ("TOKEN_PURPOSE", "cart_key", "convert", "open_cart"),
        "items": ("add_item", "change_item", "remove_item"),
        "lifecycle": ("create_cart", "remove_cart", "set_addresses", "show_cart"),
        "privacy": ("erase_all", "exported"),
    },
)
