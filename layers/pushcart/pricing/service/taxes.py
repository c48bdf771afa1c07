"""Rates of tax as staff write them: made, shown, listed, changed, archived.

Each stands in its country's book as well, which is what quotes read, and by whose version a region has one rate.
"""

from __future__ import annotations

from typing import Any, Final

from pushcart.pricing import events
from pushcart.pricing.models import TAX_RATES, TaxBookItem, TaxRateItem, region_key
from pushcart.pricing.repository import taxes as repository
from pushcart.pricing.schemas.taxes import NewTaxRate, TaxRate, TaxRateChanges
from pushcart.pricing.service.telling import tell
from pushcart.pricing.views import tax_rate_of
from utils.errors import Conflict, InvalidState, NotFound, Overtaken
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

MOST_REGIONS: Final = 200


def create_rate(tx: Transaction, data: NewTaxRate) -> TaxRate:
    """Make a rate of tax.

    Raises
    ------
    Conflict
        When the country, or the region, has one.
    InvalidState
        When the prices of the country's other rates contain the tax and these would not, or the other way round; or
        it has 200 rates.
    """
    book = repository.read_book(tx, data.country)
    if book is not None:
        _refuse_second(book, data)
        _refuse_other_prices(book.included, included=data.included)
        if len(book.rates) >= MOST_REGIONS:
            raise InvalidState(f"A country has at most {MOST_REGIONS} rates.")
    rate_id = new_id("tax")
    key = TaxRateItem.key_of(rate_id)
    rate = TaxRateItem(
        key.pk,
        key.sk,
        id=rate_id,
        kind_shard=TAX_RATES,
        created_at=tx.moment,
        updated_at=tx.moment,
        **data.model_dump(),
    )
    repository.add_rate(tx, rate, book)
    tell(tx, rate, events.created("tax_rate"))
    return tax_rate_of(rate)


def show_rate(tx: Transaction, tax_rate_id: str) -> TaxRate:
    """Show a rate of tax, also an archived one."""
    return tax_rate_of(_found(tx, tax_rate_id))


def list_rates(*, limit: int, start: dict[str, Any] | None) -> Page[TaxRate]:
    """List the rates of tax, the latest first, in one call a page."""
    page = repository.rates(limit=limit, start=start)
    return Page([tax_rate_of(item) for item in page.items], page.last_key)


def change_rate(tx: Transaction, tax_rate_id: str, data: TaxRateChanges, *, if_match: int | None) -> TaxRate:
    """Change what is named of a rate, for whoever checks out from now on; what changes nothing writes nothing.

    Raises
    ------
    InvalidState
        When it is archived, or its country's other rates say otherwise of what prices contain.
    """
    rate = _found(tx, tax_rate_id)
    expect(rate, if_match)
    if rate.archived_at:
        raise InvalidState("The tax rate is archived. Make another one.")
    values = {name: value for name, value in data.given.items() if value != getattr(rate, name)}
    if values:
        book = _book_of(tx, rate)
        if "included" in values and len(book.rates) > 1:
            _refuse_other_prices(book.included, included=values["included"])
        repository.set_rate(tx, rate, book, values, refused=overtaken_by(if_match))
        tell(tx, rate, events.updated("tax_rate", values))
    return tax_rate_of(rate)


def archive_rate(tx: Transaction, tax_rate_id: str, *, if_match: int | None) -> None:
    """Let a rate hold no more. Orders keep the tax that they have; a second time changes nothing."""
    rate = _found(tx, tax_rate_id)
    expect(rate, if_match)
    if not rate.archived_at:
        repository.archive_rate(tx, rate, _book_of(tx, rate), refused=overtaken_by(if_match))
        tell(tx, rate, events.archived("tax_rate"))


def _found(tx: Transaction, tax_rate_id: str) -> TaxRateItem:
    rate = repository.read_rate(tx, tax_rate_id)
    if rate is None:
        raise NotFound("tax rate")
    return rate


def _book_of(tx: Transaction, rate: TaxRateItem) -> TaxBookItem:
    """Return the book in which a rate stands. Read after it: where it is not there, somebody wrote in between."""
    book = repository.read_book(tx, rate.country)
    if book is None or book.rates.get(region_key(rate.region), {}).get("id") != rate.id:
        raise Overtaken
    return book


def _refuse_second(book: TaxBookItem, data: NewTaxRate) -> None:
    known = book.rates.get(region_key(data.region))
    if known is not None:
        where = "This region" if data.region else "This country"
        raise Conflict(f"{where} has a rate.", field="region" if data.region else "country", detail=known["id"])


def _refuse_other_prices(in_the_book: bool, *, included: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    if included is not in_the_book:
        raise InvalidState("Prices contain the tax in all of a country, or in none of it.", field="included")
