"""The rules of pricing: what is taken off, what delivery costs, what tax there is, and how staff says so."""

from typing import TYPE_CHECKING

from utils.lazy import lazily

if TYPE_CHECKING:
    from pushcart.pricing.service.basket import (
        MAX_CODES,
        Applied,
        Basket,
        BasketLine,
        Quote,
        QuotedLine,
        QuoteProblem,
        Shipping,
        ShippingOption,
    )
    from pushcart.pricing.service.options import shipping_options
    from pushcart.pricing.service.promotions import (
        archive_promotion,
        change_promotion,
        create_promotion,
        list_promotions,
        show_promotion,
    )
    from pushcart.pricing.service.quoting import counted, needs, quote
    from pushcart.pricing.service.shipping import (
        archive_method,
        change_method,
        create_method,
        list_methods,
        show_method,
    )
    from pushcart.pricing.service.taxes import archive_rate, change_rate, create_rate, list_rates, show_rate
    from pushcart.pricing.service.uses import claim_again, claim_uses, release_uses

__all__ = [
    "MAX_CODES",
    "Applied",
    "Basket",
    "BasketLine",
    "Quote",
    "QuoteProblem",
    "QuotedLine",
    "Shipping",
    "ShippingOption",
    "archive_method",
    "archive_promotion",
    "archive_rate",
    "change_method",
    "change_promotion",
    "change_rate",
    "claim_again",
    "claim_uses",
    "counted",
    "create_method",
    "create_promotion",
    "create_rate",
    "list_methods",
    "list_promotions",
    "list_rates",
    "needs",
    "quote",
    "release_uses",
    "shipping_options",
    "show_method",
    "show_promotion",
    "show_rate",
]

__getattr__ = lazily(
    __name__,
    {
        "basket": (
            "MAX_CODES",
            "Applied",
            "Basket",
            "BasketLine",
            "Quote",
            "QuoteProblem",
            "QuotedLine",
            "Shipping",
            "ShippingOption",
        ),
        "options": ("shipping_options",),
        "promotions": (
            "archive_promotion",
            "change_promotion",
            "create_promotion",
            "list_promotions",
            "show_promotion",
        ),
        "quoting": ("counted", "needs", "quote"),
        "shipping": ("archive_method", "change_method", "create_method", "list_methods", "show_method"),
        "taxes": ("archive_rate", "change_rate", "create_rate", "list_rates", "show_rate"),
        "uses": ("claim_again", "claim_uses", "release_uses"),
    },
)
