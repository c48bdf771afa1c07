"""Ways to deliver as staff write them: made, shown, listed, changed, archived."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pushcart.pricing import events
from pushcart.pricing.models import SHIPPING_METHODS, ShippingItem
from pushcart.pricing.repository import shipping as repository
from pushcart.pricing.schemas.shipping import NewShippingMethod, ShippingMethod, ShippingMethodChanges, ShippingRate
from pushcart.pricing.service.telling import tell
from pushcart.pricing.views import method_of
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def create_method(tx: Transaction, data: NewShippingMethod) -> ShippingMethod:
    """Make a way to deliver."""
    method_id = new_id("shp")
    key = ShippingItem.key_of(method_id)
    method = ShippingItem(
        key.pk,
        key.sk,
        id=method_id,
        name=data.name,
        countries=data.countries,
        rates=_by_currency(data.rates),
        active=data.active,
        kind_shard=SHIPPING_METHODS,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    repository.add_method(tx, method)
    tell(tx, method, events.created("shipping_method"))
    return method_of(method)


def show_method(tx: Transaction, method_id: str) -> ShippingMethod:
    """Show a way to deliver, also an archived one: orders name it."""
    return method_of(_found(tx, method_id))


def list_methods(*, limit: int, start: dict[str, Any] | None) -> Page[ShippingMethod]:
    """List the ways to deliver, the latest first, in one call a page."""
    page = repository.methods(limit=limit, start=start)
    return Page([method_of(item) for item in page.items], page.last_key)


def change_method(
    tx: Transaction, method_id: str, data: ShippingMethodChanges, *, if_match: int | None
) -> ShippingMethod:
    """Change what is named of a way to deliver; what changes nothing writes nothing.

    Raises
    ------
    InvalidState
        When it is archived.
    """
    method = _found(tx, method_id)
    expect(method, if_match)
    if method.archived_at:
        raise InvalidState("The shipping method is archived. Make another one.")
    given = data.given
    if "rates" in given:
        given["rates"] = _by_currency(data.rates)
    values = {name: value for name, value in given.items() if value != getattr(method, name)}
    if values:
        repository.set_method(tx, method, values, refused=overtaken_by(if_match))
        tell(tx, method, events.updated("shipping_method", values))
    return method_of(method)


def archive_method(tx: Transaction, method_id: str, *, if_match: int | None) -> None:
    """Offer a way to deliver no more. Orders that have it keep it; a second time changes nothing."""
    method = _found(tx, method_id)
    expect(method, if_match)
    if not method.archived_at:
        repository.archive_method(tx, method, refused=overtaken_by(if_match))
        tell(tx, method, events.archived("shipping_method"))


def _found(tx: Transaction, method_id: str) -> ShippingItem:
    method = repository.read_method(tx, method_id)
    if method is None:
        raise NotFound("shipping method")
    return method


def _by_currency(rates: Iterable[ShippingRate]) -> dict[str, Any]:
    """Return rates as they are stored: one amount is one step without an end."""
    return {
        rate.currency: {
            "steps": [[step.max_grams, step.amount] for step in rate.steps] or [[None, rate.amount]],
            "free_from": rate.free_from,
        }
        for rate in rates
    }
