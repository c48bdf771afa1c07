"""Functions whose clocks do not agree: each lives in a time of its own, up to ten minutes from the others'.

Only a function's own clock is off; queues, streams and tables go by the one of the cloud.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest

from Test_py.reliability.seam import call
from utils import clock
from utils.declarations import Loaded

APART = timedelta(minutes=10)
_offset: ContextVar[timedelta] = ContextVar("how far the function's clock is off", default=timedelta(0))


class _Skewed(datetime):
    """``datetime`` whose present is off by what the running function's clock is."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + _offset.get()  # noqa: TID251 - stands in for the one place that may ask


class Clocks:
    """Calls functions, each with its clock right or ten minutes ahead, as the seed says."""

    def __init__(self, functions: list[Loaded], seed: int) -> None:
        dice = random.Random(seed)
        self.offsets = {one.declaration.name: dice.choice((timedelta(0), APART)) for one in functions}

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        token = _offset.set(self.offsets[loaded.declaration.name])
        try:
            return call(loaded, event)
        finally:
            _offset.reset(token)


@contextmanager
def clocks_apart() -> Iterator[None]:
    """Let functions that :class:`Clocks` calls go by their own time, for a block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", _Skewed)
        yield
