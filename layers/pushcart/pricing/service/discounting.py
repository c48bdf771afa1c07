"""Which promotions a basket is granted, and what they take off which line.

The rule: at most one of each kind, whatever the order in which the codes were typed. Of two percentages the higher is
granted, of two amounts the greater; the others are told as not combined. The percentage is taken off the goods first,
then the amount off what is left of them (which is never less than nothing), and free delivery touches no goods. Each
discount is rounded once, as a whole, and parted over the lines by what is left of each
(:func:`pushcart.amounts.allocate`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pushcart.amounts import allocate, round_share
from pushcart.pricing.models import CodeItem, PromotionKind
from pushcart.pricing.service.basket import Applied, Basket, ProblemCode, QuoteProblem

WHOLE: Final = 10_000
"""Basis points in a whole."""

MESSAGES: Final[dict[ProblemCode, str]] = {
    "promotion_unknown": "There is no such code.",
    "promotion_ended": "This promotion is over.",
    "promotion_used_up": "This promotion is used up.",
    "promotion_below_minimum": "The goods do not reach what this code asks for.",
    "promotion_not_in_currency": "This code is not for the cart's currency.",
    "promotion_not_combined": "Another code of this kind gives as much or more; they do not go together.",
}


@dataclass(slots=True)
class Discounts:
    """What came off: ``by_line`` in minor units; ``free_shipping`` is the promotion that pays for the delivery."""

    by_line: list[int]
    applied: list[Applied] = field(default_factory=list)
    free_shipping: CodeItem | None = None
    problems: list[QuoteProblem] = field(default_factory=list)


def discounts_of(
    basket: Basket,
    subtotals: Sequence[int],
    terms: Mapping[str, CodeItem | None],
    moment: str,
    used_up: Collection[str] = (),
) -> Discounts:
    """Grant what the rule grants.

    Parameters
    ----------
    subtotals
        Of the lines, in minor units, in an order that does not depend on who asks.
    terms
        What was read, by code.
    moment
        RFC 3339, as :attr:`utils.transaction.Transaction.moment`.
    used_up
        Codes of which it is known that no use is left.
    """
    result = Discounts([0] * len(subtotals))
    granted: list[CodeItem] = []
    for code in basket.known_codes:
        found = terms.get(code)
        fault = _fault_of(found, basket.currency, sum(subtotals), moment)
        if fault is None and code in used_up:
            fault = "promotion_used_up"
        if fault is not None:
            result.problems.append(_problem(fault, code))
        elif found is not None:
            granted.append(found)
    for kind in PromotionKind:
        alike = sorted((one for one in granted if one.kind == kind), key=lambda one: _rank(one, basket.currency))
        result.problems.extend(_problem("promotion_not_combined", one.code) for one in alike[1:])
        if alike:
            _grant(result, kind, alike[0], subtotals, basket.currency)
    return result


def _fault_of(terms: CodeItem | None, currency: str, subtotal: int, moment: str) -> ProblemCode | None:
    """Return why a code is not granted. One that is not to be used yet is as unknown as one that nobody made."""
    if terms is None or not terms.active or (terms.starts_at and moment < terms.starts_at):
        return "promotion_unknown"
    if terms.ends_at and moment >= terms.ends_at:
        return "promotion_ended"
    if (terms.kind == PromotionKind.AMOUNT and currency not in terms.amounts) or (
        terms.minimums and currency not in terms.minimums
    ):
        return "promotion_not_in_currency"
    if subtotal < terms.minimums.get(currency, 0):
        return "promotion_below_minimum"
    return None


def _rank(terms: CodeItem, currency: str) -> tuple[int, bool, str]:
    """The best for the buyer first; among equals one whose uses are not counted, then by code."""
    worth = int(terms.basis_points or terms.amounts.get(currency, 0))
    return -worth, terms.max_uses is not None, terms.code


def _grant(result: Discounts, kind: PromotionKind, terms: CodeItem, subtotals: Sequence[int], currency: str) -> None:
    if kind is PromotionKind.FREE_SHIPPING:
        result.free_shipping = terms
        return
    left = [subtotal - off for subtotal, off in zip(subtotals, result.by_line, strict=True)]
    if kind is PromotionKind.PERCENTAGE:
        amount = round_share(sum(left), int(terms.basis_points), WHOLE)
    else:
        amount = min(int(terms.amounts[currency]), sum(left))
    parts = allocate(amount, left)
    result.by_line = [off + part for off, part in zip(result.by_line, parts, strict=True)]
    result.applied.append(applied(terms, amount))


def applied(terms: CodeItem, amount: int) -> Applied:
    """Return a promotion as granted. What saves nothing is not counted as a use."""
    is_counted: bool = terms.max_uses is not None
    return Applied(terms.promotion_id, terms.code, amount, capped=is_counted and amount > 0)


def _problem(fault: ProblemCode, code: str) -> QuoteProblem:
    return QuoteProblem(fault, MESSAGES[fault], code)
