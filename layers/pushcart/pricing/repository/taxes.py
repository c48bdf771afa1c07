"""Rates of tax, and the book of each country, in which a region stands once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushcart import tables
from pushcart.pricing.models import TAX_RATES, TaxBookItem, TaxRateItem, region_key
from utils.errors import Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def rates(*, limit: int, start: dict[str, Any] | None) -> Page[TaxRateItem]:
    """Return a page of the rates, the latest first, in one call."""
    index = tables.pricing["by_kind"]
    return query(TaxRateItem, TAX_RATES, index=index, descending=True, limit=limit, start=start)


def read_rate(tx: Transaction, tax_rate_id: str) -> TaxRateItem | None:
    """Return a rate as it is stored, archived or not."""
    found: TaxRateItem | None = tx.read_one(TaxRateItem.key_of(tax_rate_id))
    return found


def read_book(tx: Transaction, country: str) -> TaxBookItem | None:
    """Return a country's book; there is none while it has no rate."""
    found: TaxBookItem | None = tx.read_one(TaxBookItem.key_of(country))
    return found


def add_rate(tx: Transaction, rate: TaxRateItem, book: TaxBookItem | None) -> None:
    """Append a new rate, and its entry in its country's book, which is opened for the first one."""
    tx.create(rate, taken=Overtaken())
    if book is not None:
        enter(tx, rate, book)
        return
    key = TaxBookItem.key_of(rate.country)
    opened = TaxBookItem(key.pk, key.sk, rates=_entered({}, rate), included=rate.included)
    tx.create(opened, taken=Overtaken())


def set_rate(
    tx: Transaction, rate: TaxRateItem, book: TaxBookItem, values: Mapping[str, Any], *, refused: Problem
) -> None:
    """Append new values of a rate, and its entry as it is then."""
    amend(tx, rate, refused=refused, **values)
    enter(tx, rate, book)


def archive_rate(tx: Transaction, rate: TaxRateItem, book: TaxBookItem, *, refused: Problem) -> None:
    """Append that a rate leaves its country's book and the list; with the last one the book goes."""
    amend(tx, rate, refused=refused, archived_at=tx.moment, kind_shard=None)
    left = {region: entry for region, entry in book.rates.items() if region != region_key(rate.region)}
    if left:
        amend(tx, book, refused=Overtaken(), rates=left)
    else:
        tx.remove(book.key, when=TaxBookItem.version == book.version, refused=Overtaken())


def enter(tx: Transaction, rate: TaxRateItem, book: TaxBookItem) -> None:
    """Append a rate's entry. Whoever changed the book meanwhile makes it run again."""
    amend(tx, book, refused=Overtaken(), rates=_entered(book.rates, rate), included=rate.included)


def _entered(known: Mapping[str, Any], rate: TaxRateItem) -> dict[str, Any]:
    entry = {"id": rate.id, "basis_points": int(rate.basis_points), "on_shipping": bool(rate.applies_to_shipping)}
    return {**known, region_key(rate.region): entry}
