"""Categories, and the tree that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pynamodb.expressions.condition import Condition

from pushcart import tables
from pushcart.catalog.models.categories import CATEGORIES, CategoryItem, CategorySlugItem
from utils.errors import Conflict, Overtaken, Problem
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend


def find(tx: Transaction, *category_ids: str, consistent: bool = True) -> list[CategoryItem | None]:
    """Return categories in their order, ``None`` for each that is not there, in one call; archived ones are found."""
    return tx.read(*map(CategoryItem.key_of, category_ids), consistent=consistent)


def list_by_rank(*, limit: int, start: dict[str, Any] | None) -> Page[CategoryItem]:
    """Return a page of the categories that are not archived, by rank, in one call."""
    return query(CategoryItem, CATEGORIES, index=tables.catalog["categories"], limit=limit, start=start)


def add(tx: Transaction, category: CategoryItem) -> None:
    """Append a new category."""
    tx.create(category, taken=Overtaken())


def claim_slug(tx: Transaction, slug: str, category_id: str) -> None:
    """Append the claim of a slug. Those of products are others: the two stand at different addresses."""
    key = CategorySlugItem.key_of(slug)
    taken = Conflict("This slug is taken.", field="slug", detail=slug)
    tx.create(CategorySlugItem(key.pk, key.sk, category_id=category_id), taken=taken)


def free_slug(tx: Transaction, slug: str) -> None:
    """Append that a slug can be claimed again."""
    tx.remove(CategorySlugItem.key_of(slug))


def require_live(tx: Transaction, category_id: str, *, refused: Problem) -> None:
    """Append that a category is there and not archived."""
    live = CategoryItem.pk.exists() & CategoryItem.deleted_at.does_not_exist()
    tx.require(CategoryItem.key_of(category_id), live, refused=refused)


def set_children(tx: Transaction, category: CategoryItem, children: Sequence[str]) -> None:
    """Append what is right below a category."""
    _graft(tx, category, CategoryItem.children.set(list(children)))


def set_path(tx: Transaction, category: CategoryItem, path: Sequence[str]) -> None:
    """Append what a category is below of."""
    _graft(tx, category, CategoryItem.path.set(list(path)))


def move(tx: Transaction, category: CategoryItem, path: Sequence[str], **values: Any) -> None:
    """Append a category's new place, and what else is to be changed of it."""
    place = {"parent_id": path[-1] if path else None, "path": list(path), "branch": category.branch + 1}
    amend(tx, category, refused=Overtaken(), when=_unmoved(category), **place, **values)


def archive(tx: Transaction, category: CategoryItem) -> None:
    """Append that a category is archived: it is listed no more."""
    gone = {"deleted_at": tx.moment, "categories_shard": None, "branch": category.branch + 1}
    amend(tx, category, refused=Overtaken(), when=_unmoved(category), **gone)


def _graft(tx: Transaction, category: CategoryItem, action: Any) -> None:
    branch = CategoryItem.branch.set(CategoryItem.branch + 1)
    tx.adjust(category.key, action, branch, when=_unmoved(category), refused=Overtaken())


def _unmoved(category: CategoryItem) -> Condition:
    """Nothing of its place in the tree has changed since it was read."""
    unmoved: Condition = (CategoryItem.branch == category.branch) & CategoryItem.deleted_at.does_not_exist()
    return unmoved
