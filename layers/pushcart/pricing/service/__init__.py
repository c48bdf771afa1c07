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
    from pushcart.pricing.service.quoting import needs, quote
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
    "claim_again",
    "claim_uses",
    "needs",
    "quote",
    "release_uses",
    "shipping_options",
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
        "quoting": ("needs", "quote"),
        "uses": ("claim_again", "claim_uses", "release_uses"),
    },
)
