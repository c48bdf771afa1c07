"""The rules of the catalogue: what is written, what is sold, and what the public sees of it."""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.catalog.service.back_office import list_catalogue, show_catalogue_product
    from pushcart.catalog.service.categories import (
        archive_category,
        change_category,
        create_category,
        list_categories,
        show_category,
    )
    from pushcart.catalog.service.documents import PriceSpan, ProductDocument, active_ids, document_of
    from pushcart.catalog.service.media import add_medium, list_media, remove_medium
    from pushcart.catalog.service.offering import is_sold, price_in, sku_key, variant_key
    from pushcart.catalog.service.pricing import list_price_changes, set_prices
    from pushcart.catalog.service.shelf import show_words
    from pushcart.catalog.service.storefront import WORDS, list_products, show_product
    from pushcart.catalog.service.variants import add_variant, change_variant, withdraw_variant
    from pushcart.catalog.service.writing import (
        archive_product,
        change_product,
        create_product,
        publish_product,
        replace_product,
    )

__all__ = [
    "WORDS",
    "PriceSpan",
    "ProductDocument",
    "active_ids",
    "add_medium",
    "add_variant",
    "archive_category",
    "archive_product",
    "change_category",
    "change_product",
    "change_variant",
    "create_category",
    "create_product",
    "document_of",
    "is_sold",
    "list_catalogue",
    "list_categories",
    "list_media",
    "list_price_changes",
    "list_products",
    "price_in",
    "publish_product",
    "remove_medium",
    "replace_product",
    "set_prices",
    "show_catalogue_product",
    "show_category",
    "show_product",
    "show_words",
    "sku_key",
    "variant_key",
    "withdraw_variant",
]

__getattr__ = lazily(
    __name__,
    {
        "back_office": ("list_catalogue", "show_catalogue_product"),
        "categories": (
            "archive_category",
            "change_category",
            "create_category",
            "list_categories",
            "show_category",
        ),
        "documents": ("PriceSpan", "ProductDocument", "active_ids", "document_of"),
        "media": ("add_medium", "list_media", "remove_medium"),
        "offering": ("is_sold", "price_in", "sku_key", "variant_key"),
        "pricing": ("list_price_changes", "set_prices"),
        "shelf": ("show_words",),
        "storefront": ("WORDS", "list_products", "show_product"),
        "variants": ("add_variant", "change_variant", "withdraw_variant"),
        "writing": ("archive_product", "change_product", "create_product", "publish_product", "replace_product"),
    },
)
