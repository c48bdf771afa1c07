"""What a basket comes to, from items that the caller has read: no call to AWS, no clock, no chance.

    needs  →  the caller reads them beside its own  →  quote

Lines are worked through in one order (by SKU), whatever the basket's, so that the same goods cost the same in any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushcart.pricing.models import CodeItem, ShippingItem, TaxBookItem, UsesItem
from pushcart.pricing.service.basket import Applied, Basket, Quote, QuotedLine, QuoteProblem, Shipping
from pushcart.pricing.service.delivering import MESSAGES, price_of
from pushcart.pricing.service.discounting import Discounts, applied, discounts_of
from pushcart.pricing.service.taxing import Tax, tax_at
from utils.models import Key

Found = Mapping[Key, Any]
"""What was read of :func:`needs`; ``None`` or nothing for what is not there."""


def needs(basket: Basket) -> tuple[Key, ...]:
    """Return what is to be read for a quote, at most five keys: of the codes, the delivery, the country's taxes."""
    keys = [CodeItem.key_of(code) for code in basket.known_codes]
    if basket.shipping_method_id:
        keys.append(ShippingItem.key_of(basket.shipping_method_id))
    if basket.country:
        keys.append(TaxBookItem.key_of(basket.country))
    return tuple(keys)


def counted(found: Found) -> tuple[Key, ...]:
    """Return where the uses of those promotions among ``found`` are counted that have a cap.

    Read as well, they let :func:`quote` tell that one is used up before a checkout is refused for it. A checkout need
    not read them: its transaction holds the cap.
    """
    return tuple(
        UsesItem.key_of(item.promotion_id)
        for item in found.values()
        if isinstance(item, CodeItem) and item.max_uses is not None
    )


def quote(basket: Basket, found: Found, moment: str) -> Quote:
    """Return what a basket comes to.

    Parameters
    ----------
    found
        What stands at the keys of :func:`needs` and, where they were read, of :func:`counted`.
    moment
        When it is asked, RFC 3339: ``tx.moment``.

    Example
    -------
    >>> basket = Basket("EUR", (BasketLine("MUG-1", 2, 1999),))  # doctest: +SKIP
    >>> quote(basket, dict(zip(needs(basket), tx.read(*needs(basket)))), tx.moment).totals  # doctest: +SKIP
    {'subtotal': 3998, 'discount': 0, 'shipping': 0, 'tax': 0, 'total': 3998}
    """
    order = sorted(range(len(basket.lines)), key=lambda at: _place(basket, at))
    subtotals = [basket.lines[at].unit_price * basket.lines[at].quantity for at in order]
    terms = {code: found.get(CodeItem.key_of(code)) for code in basket.known_codes}
    used_up = {code for code, term in terms.items() if term and _is_used_up(term, found)}
    discounts = discounts_of(basket, subtotals, terms, moment, used_up)
    tax = tax_at(found.get(TaxBookItem.key_of(basket.country)) if basket.country else None, basket.region)
    lines: dict[int, QuotedLine] = {
        at: QuotedLine(basket.lines[at].sku, subtotal, off, tax.on(subtotal - off), tax.basis_points)
        for at, subtotal, off in zip(order, subtotals, discounts.by_line, strict=True)
    }
    shipping, saved, problems = _shipping(basket, found, sum(subtotals) - sum(discounts.by_line), discounts, tax)
    in_their_order = tuple(lines[at] for at in range(len(lines)))
    return Quote(
        lines=in_their_order,
        promotions=(*discounts.applied, *saved),
        shipping=shipping,
        totals=_totals(in_their_order, shipping, included=tax.included),
        tax_included=tax.included,
        problems=(*discounts.problems, *problems),
    )


def _is_used_up(terms: CodeItem, found: Found) -> bool:
    uses = found.get(UsesItem.key_of(terms.promotion_id))
    return uses is not None and uses.most is not None and bool(uses.used >= uses.most)


def _place(basket: Basket, at: int) -> tuple[str, int, int]:
    line = basket.lines[at]
    return line.sku, line.unit_price, line.quantity


def _shipping(
    basket: Basket, found: Found, goods: int, discounts: Discounts, tax: Tax
) -> tuple[Shipping | None, list[Applied], list[QuoteProblem]]:
    """Return the delivery, what a promotion saved of it, and why there is none though it was asked for."""
    free, price = discounts.free_shipping, 0
    shipping, problems = None, []
    if method_id := basket.shipping_method_id:
        method: Any = found.get(ShippingItem.key_of(method_id))
        asked = price_of(method, basket, goods)
        if isinstance(asked, str):
            problems.append(QuoteProblem(asked, MESSAGES[asked], method_id))
        else:
            price = asked
            charged = 0 if free else price
            shipping = Shipping(method_id, method.name, charged, tax.on_delivery(charged))
    return shipping, [applied(free, price)] if free else [], problems


def _totals(lines: Sequence[QuotedLine], shipping: Shipping | None, *, included: bool) -> dict[str, int]:
    subtotal, discount = sum(line.subtotal for line in lines), sum(line.discount for line in lines)
    delivery = shipping.amount if shipping else 0
    tax = sum(line.tax for line in lines) + (shipping.tax if shipping else 0)
    return {
        "subtotal": subtotal,
        "discount": discount,
        "shipping": delivery,
        "tax": tax,
        "total": subtotal - discount + delivery + (0 if included else tax),
    }
