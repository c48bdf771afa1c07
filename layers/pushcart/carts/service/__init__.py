"""The rules of a cart. Prices are always the server's."""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.carts.service.access import TOKEN_PURPOSE, cart_key, convert, open_cart
    from pushcart.carts.service.appraisal import appraise, unsettled
    from pushcart.carts.service.drafts import Wish, drafted_cart
    from pushcart.carts.service.items import add_item, change_item, remove_item
    from pushcart.carts.service.lifecycle import change_cart, create_cart, remove_cart, set_addresses, show_cart
    from pushcart.carts.service.merges import merge_cart
    from pushcart.carts.service.privacy import erase_all, exported
    from pushcart.carts.service.promotions import add_code, remove_code
    from pushcart.carts.service.shipping import list_options, set_shipping

__all__ = [
    "TOKEN_PURPOSE",
    "Wish",
    "add_code",
    "add_item",
    "appraise",
    "cart_key",
    "change_cart",
    "change_item",
    "convert",
    "create_cart",
    "drafted_cart",
    "erase_all",
    "exported",
    "list_options",
    "merge_cart",
    "open_cart",
    "remove_cart",
    "remove_code",
    "remove_item",
    "set_addresses",
    "set_shipping",
    "show_cart",
    "unsettled",
]

__getattr__ = lazily(
    __name__,
    {
        "access": ("TOKEN_PURPOSE", "cart_key", "convert", "open_cart"),
        "appraisal": ("appraise", "unsettled"),
        "drafts": ("Wish", "drafted_cart"),
        "items": ("add_item", "change_item", "remove_item"),
        "lifecycle": ("change_cart", "create_cart", "remove_cart", "set_addresses", "show_cart"),
        "merges": ("merge_cart",),
        "privacy": ("erase_all", "exported"),
        "promotions": ("add_code", "remove_code"),
        "shipping": ("list_options", "set_shipping"),
    },
)
