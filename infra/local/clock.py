"""The test clock: moves the time of the whole process, and with it token lives, delays, visibility and schedules.

Nothing is patched before the first move. The monotonic clock stays real, so that time-outs and threads go on.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import time_machine

from utils.clock import now


class Clock:
    """One process's movable time."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None
        self._coordinates: time_machine.Traveller | None = None
        self._offset = timedelta()
        self._lock = threading.Lock()

    @property
    def offset(self) -> timedelta:
        """How far ahead of the real time it is."""
        return self._offset

    def now(self) -> datetime:
        """Return the time as the shop sees it."""
        return now()

    def shift(self, by: timedelta) -> datetime:
        """Move by so much, back if it is negative, and return the new time.

        Raises
        ------
        OverflowError
            When no calendar goes so far; nothing has moved then.
        """
        with self._lock:
            if not by:
                return now()
            target = now() + by
            if not 2000 <= target.year <= 9000:
                raise OverflowError("the clock moves between the years 2000 and 9000")
            if self._coordinates is None:
                self._travel = time_machine.travel(target, tick=True)
                self._coordinates = self._travel.start()
            else:
                self._coordinates.shift(by)
            self._offset += by
            return now()

    def set(self, moment: datetime) -> datetime:
        """Move to ``moment``; see :meth:`shift`."""
        return self.shift(moment - now())

    def stop(self) -> None:
        """Go back to the real time."""
        with self._lock:
            if self._travel is not None:
                self._travel.stop()
            self._travel, self._coordinates, self._offset = None, None, timedelta()
