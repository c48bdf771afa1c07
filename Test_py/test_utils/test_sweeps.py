"""A list that is longer than one run is come to the end of, whatever runs die on the way."""

from __future__ import annotations

from typing import Any

import pytest

from utils.queries import Page
from utils.sweeps import Swept, sweep

pytestmark = pytest.mark.usefixtures("aws")


def page(start: dict[str, Any] | None, *, of: int = 5) -> Page[int]:
    """Return two numbers, from where it is said."""
    first = int(start["at"]["N"]) if start else 0
    numbers = list(range(first, min(first + 2, of)))
    after = first + len(numbers)
    return Page(numbers, {"at": {"N": str(after)}} if after < of else None)


def test_each_run_goes_on_where_the_last_one_ended_and_then_afresh() -> None:
    seen: list[int] = []
    runs = [sweep("numbers", page, seen.extend, most=2) for _ in range(4)]
    assert runs == [Swept(2, False), Swept(2, False), Swept(1, True), Swept(2, False)]
    assert seen == [0, 1, 2, 3, 4, 0, 1]


def test_one_run_may_do_it_all() -> None:
    seen: list[int] = []
    assert sweep("numbers", page, seen.extend, most=100) == Swept(5, to_the_end=True)
    assert seen == [0, 1, 2, 3, 4]


def test_a_list_of_its_own_is_gone_through_once() -> None:
    seen: list[int] = []
    for _ in range(5):
        sweep("monday", page, seen.extend, most=2, once=True)
    assert seen == [0, 1, 2, 3, 4]
    assert sweep("tuesday", page, seen.extend, most=2, once=True).items == 2


def test_the_page_that_a_run_dies_of_comes_again() -> None:
    seen: list[int] = []

    def deal(numbers: Any) -> None:
        if 2 in numbers and 2 not in seen and not died:
            died.append(True)
            raise RuntimeError("dies")
        seen.extend(numbers)

    died: list[bool] = []
    with pytest.raises(RuntimeError):
        sweep("numbers", page, deal, most=100)
    assert sweep("numbers", page, deal, most=100) == Swept(3, to_the_end=True)
    assert seen == [0, 1, 2, 3, 4]


def test_nothing_is_dealt_with_where_there_is_nothing() -> None:
    def never(_: Any) -> None:
        raise AssertionError("nothing is there")

    assert sweep("nothing", lambda _: Page([]), never, most=10) == Swept(0, to_the_end=True)
