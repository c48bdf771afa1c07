"""Optimistic concurrency on items: the caller's ``If-Match`` against what was read, and changes that show in it."""

from __future__ import annotations

from typing import Any

from pynamodb.expressions.condition import Condition

from utils.errors import Overtaken, Problem, StaleVersion
from utils.models import Item
from utils.transaction import Transaction


def expect(item: Any, if_match: int | None) -> None:
    """Refuse when the caller saw another version than the one that was read.

    Raises
    ------
    StaleVersion
        When ``If-Match`` names another version (RFC 9110, 13.1.1).
    """
    if if_match is not None and item.version != if_match:
        raise StaleVersion


def overtaken_by(if_match: int | None) -> Problem:
    """Return what a version that moved before the commit means: stale to who named one, otherwise run again."""
    return Overtaken() if if_match is None else StaleVersion()


def amend(
    tx: Transaction, item: Item, *, refused: Problem | None = None, when: Condition | None = None, **values: Any
) -> None:
    """Append a version-checked change of attributes, and show it in ``item``, so that the answer can be made of it.

    Parameters
    ----------
    refused
        What a version that moved means; :class:`~utils.errors.StaleVersion` unless given.
    values
        Attributes by name; ``None`` removes one.

    Example
    -------
    >>> amend(tx, cart, status="converted", when=CartItem.status == "open")  # doctest: +SKIP
    """
    model = type(item)
    actions = []
    for name, value in values.items():
        attribute = getattr(model, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    tx.change(item, *actions, when=when, refused=refused)
    for name, value in values.items():
        setattr(item, name, value)
    changed: Any = item
    changed.version += 1
    if hasattr(model, "updated_at"):
        changed.updated_at = tx.moment
