"""The tree of categories: what is below what.

Each category holds its ancestors and its children. Whatever changes the tree writes to each node that the change
builds upon, on condition that its place is as it was read; so of two changes that do not go together, one runs again
on what the other left.
"""

from __future__ import annotations

from typing import Any

from pushcart.catalog.models.categories import MAX_DEPTH, MAX_MOVED, MAX_SUBCATEGORIES, CategoryItem
from pushcart.catalog.repository import categories
from utils.errors import InvalidState, Overtaken, ValidationFailed
from utils.transaction import Transaction


def parent_of(tx: Transaction, parent_id: str | None) -> CategoryItem | None:
    """Read what a new category is to be below of; ``None`` for the top."""
    if parent_id is None:
        return None
    (parent,) = categories.find(tx, parent_id)
    return accepted(parent, parent_id)


def accepted(parent: CategoryItem | None, parent_id: str | None) -> CategoryItem | None:
    """Return a category that others may be put below of, as it was read; ``None`` for the top.

    Raises
    ------
    ValidationFailed
        When there is none of that id, or it was archived.
    """
    if parent_id is None:
        return None
    if parent is None or parent.is_archived:
        raise ValidationFailed("There is no such category.", field="parent_id", detail=parent_id)
    return parent


def adopt(tx: Transaction, parent: CategoryItem | None, category_id: str) -> list[str]:
    """Append that ``parent`` has a child more, and return that child's path."""
    if parent is None:
        return []
    if parent.level >= MAX_DEPTH:
        raise _too_deep()
    if len(parent.children) >= MAX_SUBCATEGORIES:
        raise InvalidState(f"A category has at most {MAX_SUBCATEGORIES} subcategories.", field="parent_id")
    categories.set_children(tx, parent, [*parent.children, category_id])
    return [*parent.path, parent.id]


def disown(tx: Transaction, category: CategoryItem) -> None:
    """Append that a category's parent has it no more."""
    if not category.parent_id:
        return
    (parent,) = categories.find(tx, category.parent_id)
    if parent is None:
        raise Overtaken
    categories.set_children(tx, parent, [child for child in parent.children if child != category.id])


def move(tx: Transaction, category: CategoryItem, parent: CategoryItem | None, **values: Any) -> None:
    """Append that a category, and all below it, is below ``parent`` from now on; ``values`` change along with it."""
    if parent is not None and category.id in (parent.id, *parent.path):
        raise InvalidState("A category cannot be below itself.", field="parent_id")
    levels = _below(tx, category)
    if (parent.level if parent else 0) + 1 + len(levels) > MAX_DEPTH:
        raise _too_deep()
    disown(tx, category)
    path, depth = adopt(tx, parent, category.id), category.level
    for node in (node for level in levels for node in level):
        categories.set_path(tx, node, [*path, category.id, *node.path[depth:]])
    categories.move(tx, category, path, **values)


def _below(tx: Transaction, category: CategoryItem) -> list[list[CategoryItem]]:
    """Read all that is below a category, level by level, one call each: there are at most four."""
    levels: list[list[CategoryItem]] = []
    wanted, count = list(category.children), 0
    while wanted:
        count += len(wanted)
        if count > MAX_MOVED:
            raise InvalidState(f"At most {MAX_MOVED} categories move along. Move its subcategories first.")
        found = [node for node in categories.find(tx, *wanted) if node is not None]
        if len(found) < len(wanted):
            raise Overtaken
        levels.append(found)
        wanted = [child for node in found for child in node.children]
    return levels


def _too_deep() -> InvalidState:
    return InvalidState(f"Categories are at most {MAX_DEPTH} levels deep.", field="parent_id")
