"""The port to search indexes: what is kept of a product, what is asked, and what is found.

How well a product matches is a sum of weights of the fields in which its words stand, and depends on nothing else that
the index holds. So a place in a list (a hit's sort value and its id) means the same in every copy and generation of an
index, and in every kind of index: pages go on from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, Protocol

Sort = Literal["relevance", "price", "-price", "newest"]
Counts = list[tuple[str, int]]
"""Values and how many products have each, the most frequent first, and by the value where they are equal."""

PREFIX_WEIGHTS: Final[Mapping[str, int]] = {"name": 8, "labels": 4, "text": 1}
"""What a word counts where it stands, the last word also as the beginning of one: the title and SKUs; tags, attributes
and options; the description."""
WHOLE_NAME_WEIGHT: Final = 2
"""And what the last word counts beside, where it stands in the name as it was written."""
MOST_CATEGORIES: Final = 50
MOST_TAGS: Final = 50
MOST_ATTRIBUTES: Final = 200
"""Values of attributes and options, of all names together."""


class Entry(NamedTuple):
    """What an index keeps of a product that is sold. ``shown`` is what a hit shows, as JSON can hold it.

    The three kinds of words are :func:`pushcart.search.words.words_of` texts; ``prices`` is currency → lowest and
    highest, in minor units.
    """

    id: str
    name: tuple[str, ...]
    labels: tuple[str, ...]
    text: tuple[str, ...]
    category_ids: tuple[str, ...]
    tags: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    prices: dict[str, tuple[int, int]]
    availability: str
    created_at: str
    shown: dict[str, Any]


class Place(NamedTuple):
    """Where a hit stands in a list: the value that it is sorted by, and its id."""

    value: int | str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked. Everything that is given must hold; ``words`` of ``None`` is no question of words at all.

    Prices, and sorting by them, are of those that are sold in ``currency``. ``after`` is where the page before ended.
    """

    words: tuple[str, ...] | None = None
    category_id: str | None = None
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    currency: str
    price_min: int | None = None
    price_max: int | None = None
    availability: tuple[str, ...] = ()
    sort: Sort = "relevance"
    limit: int = 20
    after: Place | None = None

    @property
    def is_vain(self) -> bool:
        """Whether it is asked for words, and none came that anything could be found by."""
        return self.words == ()

    @property
    def needs_price(self) -> bool:
        return self.price_min is not None or self.price_max is not None or self.sort in ("price", "-price")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What all that was found is made of. ``attributes`` counts pairs of name and value."""

    categories: Counts = field(default_factory=list)
    tags: Counts = field(default_factory=list)
    attributes: list[tuple[tuple[str, str], int]] = field(default_factory=list)
    availability: Counts = field(default_factory=list)
    price: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A page of hits, each as its entry's ``shown``, where the next page begins, and what there is in all."""

    hits: list[dict[str, Any]] = field(default_factory=list)
    next: Place | None = None
    total: int = 0
    facets: Facets = field(default_factory=Facets)


Truth = Callable[[Sequence[str]], Mapping[str, Entry | None]]
"""Tells of products by id what is to be kept of each now, ``None`` for what is not sold. What it leaves out stays."""


class IndexLost(RuntimeError):
    """What was written is there, and nothing else: there was no index, or it was corrupt. All is to be written."""


class SearchIndex(Protocol):
    """An index of all that is sold."""

    def find(self, wanted: Wanted) -> Findings:
        """Return a page. An index that was never written finds nothing.

        Raises
        ------
        Unavailable
            When the index cannot be reached.
        """

    def revise(self, product_ids: Sequence[str], truth: Truth) -> None:
        """Bring what is kept of some products into line with the truth, all in as few writes as there can be.

        Whoever does this at the same time, and in whatever order: what was read of the truth later stays. ``truth`` is
        asked within, again when somebody else was faster.

        Raises
        ------
        Unavailable
            When the index cannot be reached, or others were faster every time. It may be done again.
        IndexLost
            When it was done, to a new index: there was none, or it was lost.
        """

    def ids(self, *, category_id: str | None = None, after: str = "") -> list[str]:
        """Return a page of the ids of products that are kept, in their order; an empty one ends it.

        ``category_id`` is a category that they are in or below; ``after`` the last id of the page before.
        """
