"""The deliveries that a basket could have."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from pushcart.pricing.repository import shipping as repository
from pushcart.pricing.service.basket import Basket, ShippingOption
from pushcart.pricing.service.quoting import Found, needs, quote
from utils.transaction import Transaction


def shipping_options(tx: Transaction, basket: Basket, found: Found | None = None) -> list[ShippingOption]:
    """Return what could be chosen for a basket, the cheapest first, with what it would cost: one Query.

    Parameters
    ----------
    found
        What the caller has read of :func:`~pushcart.pricing.service.quoting.needs`; without it that is read, too.
    """
    keys = needs(basket)
    known = dict(found if found is not None else zip(keys, tx.read(*keys) if keys else [], strict=True))
    options = []
    for method in repository.methods().items:
        asked = replace(basket, shipping_method_id=method.id)
        shipping = quote(asked, {**known, method.key: method}, tx.moment).shipping
        if shipping is not None:
            options.append(ShippingOption(shipping.method_id, shipping.name, shipping.amount, shipping.tax))
    return sorted(options, key=attrgetter("amount", "name", "method_id"))
