"""A seeded scheduler: concurrent requests run one AWS call at a time, in the order that a seed gives.

Each request runs in a thread that waits at every AWS call for its turn. Between two calls a request touches nothing
that another sees, so the orders of calls are all the orders there are; a failing seed reproduces.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from Test_py.reliability.seam import Proceed, standing

T = TypeVar("T")
PATIENCE_SECONDS = 30


class Stuck(RuntimeError):
    """A request neither came to a call nor to its end."""


class _Turns:
    """Who waits, who runs, who is done. One runs at a time."""

    def __init__(self, count: int, seed: int) -> None:
        self._condition = threading.Condition()
        self._random = random.Random(seed)
        self._waiting: set[int] = set()
        self._left = set(range(count))
        self._turn: int | None = None

    def wait(self, name: int) -> None:
        with self._condition:
            self._waiting.add(name)
            self._choose()
            if not self._condition.wait_for(lambda: self._turn == name, PATIENCE_SECONDS):
                raise Stuck(f"request {name} got no turn")
            self._turn = None
            self._waiting.discard(name)

    def end(self, name: int) -> None:
        with self._condition:
            self._left.discard(name)
            self._choose()

    def _choose(self) -> None:
        """Give the turn to one of the waiting, once all that are left wait."""
        if self._left and self._waiting == self._left:
            self._turn = self._random.choice(sorted(self._waiting))
            self._condition.notify_all()


def interleaved(requests: Sequence[Callable[[], T]], *, seed: int) -> list[T | BaseException]:
    """Run ``requests`` interleaved as ``seed`` says; return what each returned or raised, in their order.

    Example
    -------
    >>> interleaved([lambda: api.post("/api/v1/orders", …) for api in buyers], seed=7)  # doctest: +SKIP
    """
    turns = _Turns(len(requests), seed)
    names = threading.local()
    results: list[Any] = [None] * len(requests)

    def fault(operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        name = getattr(names, "name", None)
        if name is not None:
            turns.wait(name)
        return proceed()

    def run(name: int) -> None:
        names.name = name
        try:
            turns.wait(name)
            results[name] = requests[name]()
        except Exception as error:  # noqa: BLE001 - handed to the caller
            results[name] = error
        finally:
            turns.end(name)

    with standing(fault):
        threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in range(len(requests))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    if any(thread.is_alive() for thread in threads):
        raise Stuck(f"seed {seed} did not end")
    return results
