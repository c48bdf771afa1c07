"""A category of products, a node of a tree."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

MAX_DEPTH: Final = 5
"""Levels of the tree. People lose their way in deeper ones, and each level costs a move another call."""
MAX_SUBCATEGORIES: Final = 50
MAX_MOVED: Final = 80
"""Categories below one that is moved: each is a piece of the transaction, which holds 100."""
CATEGORIES: Final = "CATEGORIES#0"
"""The partition of the ``categories`` index; an archived category is in none."""
CATEGORY: Final = "CATEGORY"


class CategoryItem(Item):
    """A category. ``version`` counts what staff changes of it, and is the sequence of its events.

    ``path`` holds its ancestors, the root first, and ``children`` the ids right below it; ``branch`` counts the changes
    of those two alone, so that a subcategory more makes no editor's ``If-Match`` stale. Whoever changes the tree
    holds every node that the change builds upon to the ``branch`` that was read, so that two moves at once make no
    circle. ``rank`` is a text that sorts as the number does, with the id behind it.
    """

    table = tables.catalog
    id = UnicodeAttribute()
    slug = UnicodeAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    parent_id = UnicodeAttribute(null=True)
    path = JSONAttribute(default=list)
    children = JSONAttribute(default=list)
    branch = NumberAttribute(default=0)
    rank = UnicodeAttribute()
    categories_shard = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    deleted_at = UnicodeAttribute(null=True)

    @classmethod
    def key_of(cls, category_id: str) -> Key:
        return Key(cls, f"{CATEGORY}#{category_id}", "META")

    @property
    def is_archived(self) -> bool:
        return bool(self.deleted_at)

    @property
    def level(self) -> int:
        """1 for a category that is below none."""
        return len(self.path) + 1


class CategorySlugItem(Item):
    """Claims a slug for one category."""

    table = tables.catalog
    category_id = UnicodeAttribute()

    @classmethod
    def key_of(cls, slug: str) -> Key:
        return Key(cls, f"CATEGORY_SLUG#{slug}", "META")


def rank_of(number: int, category_id: str) -> str:
    """Return a rank as it is stored: the order of texts is the order of numbers, and of ids where they are equal.

    Example
    -------
    >>> rank_of(7, "cat_1")
    '0000007#cat_1'
    """
    return f"{number:07d}#{category_id}"
