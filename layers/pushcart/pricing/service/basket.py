"""What is to be priced, and what it comes to: plain values, for carts, checkouts and drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

MAX_CODES: Final = 3

ProblemCode = Literal[
    "promotion_unknown",
    "promotion_ended",
    "promotion_used_up",
    "promotion_below_minimum",
    "promotion_not_in_currency",
    "promotion_not_combined",
    "shipping_unknown",
    "shipping_not_in_currency",
    "shipping_not_to_address",
    "shipping_too_heavy",
]


class BasketLine(NamedTuple):
    """So many of one SKU at today's price (minor units). ``weight_grams`` is that of one; unknown weighs nothing."""

    sku: str
    quantity: int
    unit_price: int
    weight_grams: int | None = None
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody means to buy, with what, and where it goes.

    Parameters
    ----------
    codes
        At most three, as they were typed; the order does not matter.
    country, region
        Of the shipping address; ``None`` while there is none, and then no tax is known.

    Raises
    ------
    ValueError
        For more than three codes: the schemas refuse them.
    """

    currency: str
    lines: tuple[BasketLine, ...]
    codes: tuple[str, ...] = ()
    shipping_method_id: str | None = None
    country: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if len(self.codes) > MAX_CODES:
            raise ValueError(f"{len(self.codes)} codes: at most {MAX_CODES} go with a basket")

    @property
    def known_codes(self) -> tuple[str, ...]:
        """The codes in their one spelling, each once, in one order."""
        return tuple(sorted({code.upper() for code in self.codes}))

    @property
    def weight_grams(self) -> int:
        """What all of it weighs."""
        return sum(line.quantity * (line.weight_grams or 0) for line in self.lines)


class QuotedLine(NamedTuple):
    """A line's money in minor units; ``tax_rate`` in basis points. ``tax`` is that of what is left by ``discount``."""

    sku: str
    subtotal: int
    discount: int
    tax: int
    tax_rate: int


class Applied(NamedTuple):
    """A promotion that was granted, and what it saves: goods, or delivery where it is free.

    ``capped``: a use of it is counted; one that saves nothing uses nothing up. An order keeps :meth:`as_data`, so that
    the use can be given back.
    """

    promotion_id: str
    code: str
    amount: int
    capped: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return what an order keeps."""
        return {
            "promotion_id": self.promotion_id,
            "code": self.code,
            "amount": self.amount,
            "capped": self.capped,
        }


class Shipping(NamedTuple):
    """The delivery that was chosen, what is charged for it, and the tax of that."""

    method_id: str
    name: str
    amount: int
    tax: int


class QuoteProblem(NamedTuple):
    """Why something that was asked for is not in the totals. ``detail`` is the code or the method's id."""

    code: ProblemCode
    message: str
    detail: str


class Quote(NamedTuple):
    """What a basket comes to.

    Attributes
    ----------
    lines
        In the order of the basket's.
    promotions
        Those granted: a percentage, then an amount, then free delivery.
    totals
        ``subtotal``, ``discount``, ``shipping``, ``tax``, ``total`` in minor units:
        ``total = subtotal - discount + shipping``, and ``+ tax`` unless ``tax_included``.
    tax_included
        Whether the prices contain the tax, which is then told as the part that it is of them.
    problems
        Nothing that a problem names is in the totals; a checkout refuses to go on while there are any.
    """

    lines: tuple[QuotedLine, ...]
    promotions: tuple[Applied, ...]
    shipping: Shipping | None
    totals: dict[str, int]
    tax_included: bool
    problems: tuple[QuoteProblem, ...] = ()


class ShippingOption(NamedTuple):
    """A delivery that could be chosen for a basket, and what it would cost."""

    method_id: str
    name: str
    amount: int
    tax: int
