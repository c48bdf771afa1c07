"""What stands on an invoice, as plain values: no PDF, no AWS, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pushcart.orders.models import ContactItem, OrderItem
from utils.string_formatters import format_money, one_line

ADDRESS: Final = ("name", "line1", "line2", "postal_code", "city", "region", "country")


class Row(NamedTuple):
    """A line of the order, as it is printed."""

    title: str
    sku: str
    quantity: str
    unit_price: str
    discount: str
    tax_rate: str
    total: str


class TaxRow(NamedTuple):
    """What is due at one rate, and on how much."""

    rate: str
    net: str
    tax: str


class Sum(NamedTuple):
    """A figure below the lines."""

    name: str
    amount: str


def sheet_of(contact: ContactItem | None, *, seller: Mapping[str, str]) -> dict[str, Any]:
    """Return who sells and who buys, to be kept with the number; without a contact, nobody is named.

    Example
    -------
    >>> sheet_of(None, seller={"name": "The Shop", "address": "1 Row; Bath", "tax_id": ""})["buyer"]
    []
    """
    lines = [seller["name"], *(part.strip() for part in seller["address"].split(";"))]
    billed: Mapping[str, Any] = {}
    if contact is not None:
        billed = contact.billing_address or contact.shipping_address or {}
    buyer = _address(billed) or [contact.name if contact and contact.name else ""]
    email = [contact.email] if contact is not None else []
    sent = _address(contact.shipping_address or {}) if contact is not None else []
    return {
        "seller": [one_line(line) for line in lines if line],
        "tax_id": one_line(seller["tax_id"]),
        "buyer": [one_line(line) for line in (*buyer, *email) if line],
        "sent_to": [] if sent == buyer else sent,
    }


def rows_of(order: OrderItem) -> list[Row]:
    """Return the order's lines."""
    currency = order.currency
    return [
        Row(
            title=one_line(line["title"]),
            sku=line["sku"],
            quantity=str(int(line["quantity"])),
            unit_price=_figure(line["unit_price"], currency),
            discount=_figure(-int(line.get("discount", 0)), currency),
            tax_rate=_percent(int(line.get("tax_rate", 0))),
            total=_figure(int(line["total"]) - int(line.get("discount", 0)), currency),
        )
        for line in order.lines
    ]


def sums_of(order: OrderItem) -> list[Sum]:
    """Return what the lines come to, the total last."""
    totals, currency = order.totals, order.currency
    delivery = order.shipping_method["name"] if order.shipping_method else ""
    found = [
        Sum("Subtotal", format_money(int(totals["subtotal"]), currency)),
        Sum("Discount", format_money(-int(totals["discount"]), currency)),
        Sum(one_line(f"Delivery: {delivery}") if delivery else "Delivery", format_money(totals["shipping"], currency)),
        Sum("Tax (included)" if order.tax_included else "Tax", format_money(int(totals["tax"]), currency)),
    ]
    return [*found, Sum("Total", format_money(int(totals["total"]), currency))]


def taxes_of(order: OrderItem) -> list[TaxRow]:
    """Return what is due at each rate. Delivery bears the rate of the goods, where it bears any.

    An order is taxed in one place, so it has one rate; lines of an earlier release may have none.
    """
    due: dict[int, list[int]] = {}
    for line in order.lines:
        amount, tax = int(line["total"]) - int(line.get("discount", 0)), int(line.get("tax", 0))
        _add(due, int(line.get("tax_rate", 0)), amount, tax)
    delivery_tax = int(order.totals["tax"]) - sum(tax for _, tax in due.values())
    if int(order.totals["shipping"]):
        _add(due, max(due) if delivery_tax else 0, int(order.totals["shipping"]), delivery_tax)
    return [
        TaxRow(
            _percent(rate),
            format_money(amount - tax * bool(order.tax_included), order.currency),
            format_money(tax, order.currency),
        )
        for rate, (amount, tax) in sorted(due.items(), reverse=True)
    ]


def _add(due: dict[int, list[int]], rate: int, amount: int, tax: int) -> None:
    sums = due.setdefault(rate, [0, 0])
    sums[0] += amount
    sums[1] += tax


def _address(address: Mapping[str, Any]) -> list[str]:
    return [one_line(str(address[name])) for name in ADDRESS if address.get(name)]


def _figure(amount: int, currency: str) -> str:
    return format_money(int(amount), currency).removesuffix(f" {currency}")


def _percent(basis_points: int) -> str:
    """Write a rate as people read it.

    Example
    -------
    >>> _percent(1900), _percent(825), _percent(0)
    ('19 %', '8.25 %', '0 %')
    """
    whole, part = divmod(basis_points, 100)
    return f"{whole}{f'.{part:02d}'.rstrip('0') if part else ''} %"
