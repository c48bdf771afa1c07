"""Many callers at once: threads that start together, so that they are in each other's way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 120


def together(calls: Sequence[Callable[[], T]], *, threads: int = 64) -> list[T]:
    """Make all calls from up to ``threads`` threads that start at one moment; return their results, in order.

    Raises
    ------
    BaseException
        What the first call that raised did.

    Example
    -------
    >>> together([lambda: 1, lambda: 2], threads=2)
    [1, 2]
    """
    width = min(threads, len(calls))
    gate = threading.Barrier(width)
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(place: int) -> None:
        gate.wait(PATIENCE_SECONDS)
        try:
            for number in range(place, len(calls), width):
                results[number] = calls[number]()
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            errors.append(error)

    crowd = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(width)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(PATIENCE_SECONDS)
    if errors:
        raise errors[0]
    if len(results) != len(calls):
        raise TimeoutError(f"{len(calls) - len(results)} of {len(calls)} calls did not end")
    return [results[number] for number in range(len(calls))]
