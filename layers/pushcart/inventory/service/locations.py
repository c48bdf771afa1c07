"""Locations: the places where a shop's stock lies. ``main`` is there from the start, whether or not it is written."""

from __future__ import annotations

from typing import Any, Final

from pushcart.inventory import events
from pushcart.inventory.models import MAIN
from pushcart.inventory.models.places import LocationItem
from pushcart.inventory.repository import places as repository
from pushcart.inventory.schemas.locations import ChangeLocation, Location, LocationQuery, NewLocation
from pushcart.inventory.views import location_of
from pushcart.outbox.service import announce
from utils.errors import NotFound, Overtaken, Problem
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

NAME_OF_MAIN: Final = "Main"


def list_locations(tx: Transaction, query: LocationQuery, start: dict[str, Any] | None) -> Page[Location]:
    """List all locations by id, in one call a page. ``main`` is written along with the first other one."""
    page = repository.list_locations(limit=query.limit, start=start)
    found = page.items if page.items or start else [_main(tx)]
    return Page([location_of(location) for location in found], page.last_key)


def add_location(tx: Transaction, data: NewLocation) -> Location:
    """Make a location; it sells from the start."""
    if tx.read_one(repository.location_key(MAIN)) is None:
        _write(tx, _main(tx), "created", refused=Overtaken())
    location = repository.location(tx, new_id("loc"), data.name)
    _write(tx, location, "created", refused=Overtaken(), address=data.address and data.address.model_dump())
    return location_of(location)


def change_location(tx: Transaction, location_id: str, wanted: ChangeLocation, *, if_match: int | None) -> Location:
    """Change what is named of a location; what changes nothing writes nothing.

    What lies at one that becomes inactive is sold no more as soon as its stock has followed, within seconds; an order
    that was placed before keeps its units.

    Raises
    ------
    NotFound
        When there is none.
    StaleVersion
        When ``if_match`` is not its version.
    """
    location = tx.read_one(repository.location_key(location_id))
    if location is None:
        if location_id != MAIN:
            raise NotFound("location")
        location = _main(tx)
    expect(location, if_match)
    given = wanted.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value != getattr(location, name)}
    if values:
        _write(tx, location, _told(values), refused=overtaken_by(if_match), **values)
    return location_of(location)


def _told(values: dict[str, Any]) -> events.LocationChange:
    if "active" not in values:
        return "updated"
    return "opened" if values["active"] else "closed"


def _main(tx: Transaction) -> LocationItem:
    return repository.location(tx, MAIN, NAME_OF_MAIN)


def _write(
    tx: Transaction, location: LocationItem, what: events.LocationChange, *, refused: Problem, **values: Any
) -> None:
    repository.write(tx, location, refused=refused, **values)
    told = events.location_written(location.id, what)
    announce(tx, aggregate=location.id, sequence=int(location.version), **told)
