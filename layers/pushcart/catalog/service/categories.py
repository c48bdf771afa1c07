"""Categories: shown to everybody, made and changed by staff."""

from __future__ import annotations

from typing import Any

from pushcart.catalog import events
from pushcart.catalog.models.categories import CATEGORIES, CategoryItem, rank_of
from pushcart.catalog.repository import categories
from pushcart.catalog.schemas.categories import Category, CategoryChanges, CategoryQuery, NewCategory
from pushcart.catalog.service.announcing import announce_change
from pushcart.catalog.service.slugs import slug_of
from pushcart.catalog.service.tree import accepted, adopt, disown, move, parent_of
from utils.errors import InvalidState, NotFound
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


def list_categories(query: CategoryQuery, start: dict[str, Any] | None) -> Page[Category]:
    """List all categories by rank, in one call a page; each tells its place, so that a reader can draw the tree."""
    page = categories.list_by_rank(limit=query.limit, start=start)
    return Page([_shown(category) for category in page.items], page.last_key)


def show_category(tx: Transaction, category_id: str) -> Category:
    """Show a category, in one call. An archived one is a 404.

    Not read consistently: the answer may be kept for a minute anyway.
    """
    (category,) = categories.find(tx, category_id, consistent=False)
    if category is None or category.is_archived:
        raise NotFound("category")
    return _shown(category)


def create_category(tx: Transaction, data: NewCategory) -> Category:
    """Make a category, below another or at the top.

    Raises
    ------
    ValidationFailed
        When there is no such category to be below of.
    InvalidState
        When that one is at the fifth level, or has 50 subcategories.
    """
    category_id = new_id("cat")
    parent = parent_of(tx, data.parent_id)
    path = adopt(tx, parent, category_id)
    key = CategoryItem.key_of(category_id)
    category = CategoryItem(
        key.pk,
        key.sk,
        id=category_id,
        slug=data.slug or slug_of(data.title, category_id),
        title=data.title,
        description=data.description,
        parent_id=data.parent_id,
        path=path,
        rank=rank_of(data.rank, category_id),
        categories_shard=CATEGORIES,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    categories.claim_slug(tx, category.slug, category_id)
    categories.add(tx, category)
    announce_change(tx, category, events.category_created(parent_id=data.parent_id))
    return _shown(category)


def change_category(tx: Transaction, category_id: str, changes: CategoryChanges, *, if_match: int | None) -> Category:
    """Change a category, or move it with all that is below it.

    Raises
    ------
    InvalidState
        When it would be below itself, or something at a sixth level, or too much moves at once.
    """
    wanted = changes.given
    category, parent = _read(tx, category_id, wanted.get("parent_id"))
    expect(category, if_match)
    if "rank" in wanted:
        wanted["rank"] = rank_of(wanted["rank"], category_id)
    given = {name: value for name, value in wanted.items() if value != getattr(category, name)}
    if not given:
        return _shown(category)
    fields = list(given)
    if "slug" in given:
        categories.claim_slug(tx, given["slug"], category_id)
        categories.free_slug(tx, category.slug)
    if "parent_id" in given:
        move(tx, category, accepted(parent, given.pop("parent_id")), **given)
    else:
        amend(tx, category, refused=overtaken_by(if_match), **given)
    announce_change(tx, category, events.category_updated(fields=fields))
    return _shown(category)


def archive_category(tx: Transaction, category_id: str, *, if_match: int | None) -> None:
    """Archive a category: it is shown no more, and its slug is free. Its products stay on sale, and keep naming it.

    Raises
    ------
    InvalidState
        When it has subcategories, which would hang in the air.
    """
    (category,) = categories.find(tx, category_id)
    if category is None:
        raise NotFound("category")
    expect(category, if_match)
    if category.is_archived:
        return
    if category.children:
        raise InvalidState("The category has subcategories. Move or archive them first.")
    categories.archive(tx, category)
    categories.free_slug(tx, category.slug)
    disown(tx, category)
    announce_change(tx, category, events.category_archived())


def _read(tx: Transaction, category_id: str, parent_id: str | None) -> tuple[CategoryItem, CategoryItem | None]:
    """Read a category that is not archived, and where it is to be moved, in one call."""
    if parent_id is None:
        (category,), parent = categories.find(tx, category_id), None
    else:
        category, parent = categories.find(tx, category_id, parent_id)
    if category is None or category.is_archived:
        raise NotFound("category")
    return category, parent


def _shown(item: CategoryItem) -> Category:
    return Category(
        id=item.id,
        slug=item.slug,
        title=item.title,
        description=item.description,
        parent_id=item.parent_id,
        path=item.path,
        children=item.children,
        rank=int(item.rank.partition("#")[0]),
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
    )
