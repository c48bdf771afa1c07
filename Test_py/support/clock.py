"""A clock that a test can move. Queues' delays and visibility, token lives and threads move together."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine

from utils.clock import now


class Clock:
    """The process's clock, which goes on ticking; ``shift`` moves it."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    @property
    def now(self) -> datetime:
        return now()

    def shift(self, by: timedelta | float) -> datetime:
        """Move on by a duration or by seconds (back, when negative) and return the new moment."""
        self._traveller.shift(by)
        return now()

    def move_to(self, moment: datetime) -> datetime:
        """Move to a moment and return it."""
        self._traveller.move_to(moment)
        return now()
