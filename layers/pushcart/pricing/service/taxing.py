"""What tax an amount bears: the rate of the region where there is one, else the country's, else none."""

from __future__ import annotations

from typing import Final, NamedTuple

from pushcart.amounts import round_share
from pushcart.pricing.models import TaxBookItem, region_key

WHOLE: Final = 10_000


class Tax(NamedTuple):
    """A rate in basis points; whether prices contain it, and whether deliveries bear it."""

    basis_points: int = 0
    included: bool = False
    on_shipping: bool = False

    def on(self, amount: int) -> int:
        """Return the tax of an amount of minor units: what comes on top, or what it contains.

        Example
        -------
        >>> Tax(1900, included=False).on(1000), Tax(1900, included=True).on(1190)
        (190, 190)
        """
        return round_share(amount, self.basis_points, WHOLE + self.basis_points * self.included)

    def on_delivery(self, amount: int) -> int:
        """Return the tax of what a delivery costs."""
        return self.on(amount) if self.on_shipping else 0


def tax_at(book: TaxBookItem | None, region: str | None) -> Tax:
    """Return the rate that holds in a region of the country whose book it is."""
    if book is None:
        return Tax()
    rate = book.rates.get(region_key(region)) or book.rates.get("")
    if rate is None:
        return Tax(included=bool(book.included))
    return Tax(int(rate["basis_points"]), bool(book.included), bool(rate["on_shipping"]))
