"""Running a use case again when somebody else was faster: optimistic concurrency for callers who sent no version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from utils.backoff import tries
from utils.errors import Overtaken

ATTEMPTS: Final = 8
"""In each round one of those who race gets through, so eight at once are served; more are told to come back."""
BASE_SECONDS: Final = 0.01
CAP_SECONDS: Final = 0.4

T = TypeVar("T")


def until_settled(attempt: Callable[[], T]) -> T:
    """Call ``attempt`` until nobody is in its way, at most eight times, with full jitter in between.

    ``attempt`` reads afresh each time and writes nothing unless all of it succeeds (one transaction).

    Raises
    ------
    Overtaken
        When it was in vain every time; a caller over HTTP is told 503 with Retry-After.

    Example
    -------
    >>> until_settled(lambda: "written")
    'written'
    """
    last = Overtaken()
    for _ in tries(retries=ATTEMPTS - 1, base_seconds=BASE_SECONDS, cap_seconds=CAP_SECONDS):
        try:
            return attempt()
        except Overtaken as overtaken:
            last = overtaken
    raise last
