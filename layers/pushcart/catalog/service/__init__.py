"""The rules of the catalogue: what is written, what is sold, and what the public sees of it."""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.catalog.service.offering import is_sold, price_in, sku_key, variant_key
    from pushcart.catalog.service.storefront import WORDS, list_products, show_product, show_words
    from pushcart.catalog.service.variants import add_variant, set_prices
    from pushcart.catalog.service.writing import archive_product, change_product, create_product, publish_product

__all__ = [
    "WORDS",
    "add_variant",
    "archive_product",
    "change_product",
    "create_product",
    "is_sold",
    "list_products",
    "price_in",
    "publish_product",
    "set_prices",
    "show_product",
    "show_words",
    "sku_key",
    "variant_key",
]

__getattr__ = lazily(
    __name__,
    {
        "offering": ("is_sold", "price_in", "sku_key", "variant_key"),
        "storefront": ("WORDS", "list_products", "show_product", "show_words"),
        "variants": ("add_variant", "set_prices"),
        "writing": ("archive_product", "change_product", "create_product", "publish_product"),
    },
)
