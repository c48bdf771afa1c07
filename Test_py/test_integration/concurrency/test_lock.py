"""What the other tests of concurrency stand on: moto is asked by one thread at a time, and a test would see it if not.

Without the lock moto's transactions are not atomic, and a test that finds nothing proves nothing (reliability.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend

from infra.local import moto_backend
from Test_py.support import shopping
from Test_py.support.client import Api
from Test_py.support.crowd import together


class Watch:
    """Counts who is inside of moto's transactions at once, and who came without the lock."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work, self._guard, self._inside = work, threading.Lock(), 0
        self.most, self.entries, self.without_lock = 0, 0, 0

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        held: bool = moto_backend.lock._is_owned()  # type: ignore[attr-defined]
        with self._guard:
            self._inside += 1
            self.entries += 1
            self.without_lock += not held
            self.most = max(self.most, self._inside)
        # Give every other thread the chance to come in, too.
        time.sleep(0.002)
        try:
            return self._work(*arguments, **options)
        finally:
            with self._guard:
                self._inside -= 1


def test_moto_is_asked_by_one_thread_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    shopping.shelve(units=16)
    baskets = [shopping.lay_cart("MUG-1") for _ in range(16)]
    watch = Watch(DynamoDBBackend.transact_write_items)

    def watched(*arguments: Any) -> Any:
        return watch(*arguments)

    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", watched)
    replies = together([lambda basket=basket: shopping.place(api, basket) for basket in baskets])  # type: ignore[misc]
    assert {reply.status for reply in replies} == {201}
    assert watch.entries >= 16
    assert (watch.most, watch.without_lock) == (1, 0)


def test_the_watch_sees_two_that_come_without_the_lock() -> None:
    watch = Watch(lambda: time.sleep(0.01))
    together([watch] * 8, threads=8)
    assert watch.most > 1
    assert watch.without_lock == 8
