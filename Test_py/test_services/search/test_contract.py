"""What every kind of index does: the same tests for that of our own and for OpenSearch."""

from __future__ import annotations

import pytest

from pushcart.search.ports import Entry, IndexLost, SearchIndex
from Test_py.support.searching import ask, entry, every_page, ids, keep, truth

HOSTILE = [
    '"', '""', "'", "*", "mug*", "NEAR(mug cup)", "NEAR/2", "mug OR cup", "mug AND NOT cup", "name : mug",
    "{name}: mug", "^mug", "-mug", "+mug", "(mug", "mug)", "mug;--", "'; DROP TABLE products; --", "\\", "mug\x00cup",
    "%", "_", "?", "$1", '" OR 1=1 --', "🎉", "\u200d\ufe0f", "\ud7ff", "mug" * 3000, "é" * 10_000, "a " * 16,
]  # fmt: skip


def test_words_are_found_in_any_case_without_diacritics_and_the_last_by_its_beginning(index: SearchIndex) -> None:
    keep(index, entry("a", "Émaillé MUG"), entry("b", "Crème brûlée"), entry("c", "Straße"))
    assert ids(ask(index, "emaille mug")) == ["a"]
    assert ids(ask(index, "MUG ÉMAI")) == ["a"]
    assert ids(ask(index, "emai mug")) == [], "only the last word may be a beginning"
    assert ids(ask(index, "creme")) == ["b"]
    assert ids(ask(index, "STRASSE")) == ["c"]
    assert ids(ask(index, "mug cup")) == [], "every word must stand somewhere"


def test_words_may_stand_in_different_fields_and_weigh_by_them(index: SearchIndex) -> None:
    keep(
        index,
        entry("text", "Cup", description="Like a mug."),
        entry("tag", "Cup", tags=["mug"]),
        entry("name", "Mug"),
        entry("longer", "Muggle"),
        entry("all", "Mug", tags=["mug"], description="mug"),
        entry("none", "Plate"),
    )
    assert ids(ask(index, "mug")) == ["all", "name", "longer", "tag", "text"]
    assert ids(ask(index, "cup mug")) == ["tag", "text"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_words_and_nothing_else(index: SearchIndex, text: str) -> None:
    keep(index, entry("a", "Mug"), entry("b", "Near Cup"))
    found = ids(ask(index, text))
    expected = {
        "mug*": ["a"],
        "mug;--": ["a"],
        "^mug": ["a"],
        "-mug": ["a"],
        "+mug": ["a"],
        "(mug": ["a"],
        "mug)": ["a"],
    }
    assert found == expected.get(text, [])
    assert ids(ask(index, "mug")) == ["a"], "and nothing is broken by it"


def test_pictures_and_scripts_without_spaces_are_found(index: SearchIndex) -> None:
    keep(index, entry("a", "Mug 🎉"), entry("b", "東京タオル"))
    assert ids(ask(index, "🎉")) == ["a"]
    assert ids(ask(index, "京")) == ["b"]
    assert ids(ask(index, "タオル")) == ["b"]


def test_without_words_everything_is_there_and_the_newest_first(index: SearchIndex) -> None:
    keep(index, entry("a"), entry("b"), entry("c"))
    assert ids(ask(index)) == ["c", "b", "a"]
    assert ids(ask(index, "")) == [], "asked for words that are none, nothing is"


def test_every_filter_must_hold(index: SearchIndex) -> None:
    red = ("colour", "red")
    keep(
        index,
        entry("a", category_ids=["top", "low"], tags=["x", "y, z"], attributes=[red, ("size", "M")]),
        entry("b", category_ids=["top"], tags=["x"], attributes=[red], availability="out_of_stock"),
        entry("c", tags=["X"], attributes=[("red", "colour")], prices={"USD": (1, 2)}),
    )
    assert ids(ask(index, category_id="top")) == ["b", "a"]
    assert ids(ask(index, category_id="low")) == ["a"]
    assert ids(ask(index, tags=("x",))) == ["b", "a"]
    assert ids(ask(index, tags=("x", "y, z"))) == ["a"]
    assert ids(ask(index, attributes=(red,))) == ["b", "a"]
    assert ids(ask(index, attributes=(red, ("size", "M")))) == ["a"]
    assert ids(ask(index, availability=("out_of_stock",))) == ["b"]
    assert ids(ask(index, "mug", category_id="top", tags=("x",), attributes=(red,), availability=("in_stock",))) == [
        "a"
    ]
    assert ids(ask(index, category_id="' OR 1=1 --")) == []


def test_prices_are_of_one_currency_and_spans_overlap(index: SearchIndex) -> None:
    keep(
        index,
        entry("a", prices={"EUR": (500, 900)}),
        entry("b", prices={"EUR": (900, 2000), "USD": (1, 1)}),
        entry("c", prices={"USD": (700, 700)}),
        entry("d", prices={}),
    )
    assert ids(ask(index, price_min=900)) == ["b", "a"]
    assert ids(ask(index, price_min=901)) == ["b"]
    assert ids(ask(index, price_max=899)) == ["a"]
    assert ids(ask(index, price_min=600, price_max=700)) == ["a"], "something between the two is within its span"
    assert ids(ask(index, price_min=0, currency="USD")) == ["c", "b"]
    assert ids(ask(index, sort="price")) == ["a", "b"]
    assert ids(ask(index, sort="-price")) == ["b", "a"]
    assert ids(ask(index, sort="price", currency="JPY")) == []


def test_the_newest_first(index: SearchIndex) -> None:
    keep(
        index,
        entry("b", created_at="2026-02-01"),
        entry("a", created_at="2026-03-01"),
        entry("c", created_at="2026-01"),
    )
    assert ids(ask(index, sort="newest")) == ["a", "b", "c"]


def test_counts_are_of_all_that_was_found(index: SearchIndex) -> None:
    keep(
        index,
        entry("a", category_ids=["t", "l"], tags=["x", "y"], attributes=[("c", "r"), ("s", "M")]),
        entry("b", category_ids=["t"], tags=["y"], attributes=[("c", "r")], prices={"EUR": (500, 3000)}),
        entry("c", tags=["z"], availability="low_stock", prices={"USD": (1, 1)}),
        entry("d", "Plate", tags=["z"]),
    )
    found = ask(index, "mug", limit=1)
    assert (found.total, len(found.hits)) == (3, 1)
    facets = found.facets
    assert facets.categories == [("t", 2), ("l", 1)]
    assert facets.tags == [("y", 2), ("x", 1), ("z", 1)]
    assert facets.attributes == [(("c", "r"), 2), (("s", "M"), 1)]
    assert facets.availability == [("in_stock", 2), ("low_stock", 1)]
    assert facets.price == (500, 3000)
    nothing = ask(index, "nowhere")
    assert (nothing.total, nothing.facets.tags, nothing.facets.price) == (0, [], None)


@pytest.mark.parametrize("sort", ["relevance", "newest", "price", "-price"])
def test_pages_neither_skip_nor_repeat_while_the_index_is_replaced(index: SearchIndex, sort: str) -> None:
    def product(number: int) -> Entry:
        span = (1000 + number // 3, 2000)
        return entry(
            f"p{number:02d}",
            "Mug" if number % 2 else "Muggle",
            prices={"EUR": span},
            created_at=f"2026-{number // 3:02d}",
        )

    keep(index, *(product(number) for number in range(10, 20)))
    whole = [one for page in every_page(index, "mug", sort=sort) for one in page]
    first = ask(index, "mug", sort=sort, limit=4)
    gone, *_ = ids(first)
    keep(index, product(40), product(1))
    index.revise([gone], truth())
    seen, after = ids(first), first.next
    while after:
        found = ask(index, "mug", sort=sort, limit=4, after=after)
        seen, after = seen + ids(found), found.next
    assert [one for one in seen if one in whole] == whole
    assert len(set(seen)) == len(seen)


def test_revising_is_the_same_whatever_comes_and_how_often(index: SearchIndex) -> None:
    keep(index, entry("a"), entry("b"))
    index.revise(["a", "b", "nobody"], truth(entry("a", "Cup")))
    index.revise(["a", "b", "nobody"], truth(entry("a", "Cup")))
    found = ask(index)
    assert (ids(found), found.total, found.hits[0]["title"]) == (["a"], 1, "Cup")
    assert ids(ask(index, "mug")) == []
    index.revise(["b"], truth(entry("b")))
    assert ids(ask(index)) == ["b", "a"]


def test_what_the_truth_leaves_out_stays(index: SearchIndex) -> None:
    keep(index, entry("a"))
    index.revise(["a", "b"], lambda _: {"b": entry("b")})
    assert ids(ask(index)) == ["b", "a"]


def test_a_new_index_says_so_once(index: SearchIndex) -> None:
    assert ids(ask(index)) == [], "none at all finds nothing"
    assert index.ids() == []
    with pytest.raises(IndexLost):
        index.revise(["a"], truth(entry("a")))
    assert ids(ask(index)) == ["a"], "and has been written all the same"
    index.revise(["b"], truth(entry("b")))


def test_what_is_kept_is_told_page_by_page(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("embedded", "opensearch"):
        monkeypatch.setattr(f"pushcart.search.{kind}.adapter.IDS_A_PAGE", 2)
    keep(index, entry("c"), entry("a", category_ids=["t", "l"]), entry("b", category_ids=["t"]))
    assert (index.ids(), index.ids(after="b"), index.ids(after="c")) == (["a", "b"], ["c"], [])
    assert (index.ids(category_id="t"), index.ids(category_id="l"), index.ids(category_id="x")) == (
        ["a", "b"],
        ["a"],
        [],
    )
