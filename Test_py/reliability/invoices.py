"""Invariant 9: each order that was confirmed has one invoice, under numbers without a gap, and its document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pushcart.orders.invoice_models import document_name
from Test_py.reliability.books import Books
from Test_py.support.invoices import documents


def at_all_times(books: Books) -> Iterator[str]:
    """Yield what is wrong though work is still under way: numbers are taken in the transaction that issues them."""
    years: dict[str, list[int]] = defaultdict(list)
    for order_id, invoice in books.invoices.items():
        year, _, count = invoice.number.partition("-")
        years[year].append(int(count))
        order = books.orders[order_id]
        if order.invoice != {"id": invoice.id, "number": invoice.number}:
            yield f"9: {order_id} says its invoice is {order.invoice}, which is {invoice.number}"
        issued = [event for event in books.events.get(order_id, []) if event.type == "invoice.issued"]
        if [event.data["number"] for event in issued] != [invoice.number]:
            yield f"9: {order_id}: {len(issued)} events tell of invoice {invoice.number}"
    for year, counts in years.items():
        if sorted(counts) != list(range(1, len(counts) + 1)):
            yield f"9: the numbers of {year} have a gap, or one comes twice: {sorted(counts)}"


def at_rest(books: Books) -> Iterator[str]:
    """Yield what is wrong once all work has come to rest: what is missing, or not finished."""
    there = documents()
    for order_id in books.orders:
        confirmed = any(event.type == "order.confirmed" for event in books.events.get(order_id, []))
        invoice = books.invoices.get(order_id)
        if confirmed != (invoice is not None):
            yield f"9: {order_id} has {'no' if confirmed else 'an'} invoice"
        elif invoice is not None and (not invoice.made_at or invoice.sheet):
            yield f"9: invoice {invoice.number} was never finished"
        elif invoice is not None and document_name(invoice.number) not in there:
            yield f"9: invoice {invoice.number} has no document"
