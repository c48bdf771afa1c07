"""A circuit breaker: whatever outside fails again and again is left alone for a while, so that nobody waits for it.

Its state is this process's own. Sharing it would cost a call to tell whether to make a call, and each process learns
the same within a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Final
from weakref import WeakSet

from utils.clock import now
from utils.errors import Unavailable
from utils.log import logger

FAILURES: Final = 5
"""Failures in a row after which a circuit opens."""
SECONDS: Final = 30
"""How long it stays open; then one call may try."""


class CircuitOpen(Unavailable):
    """What is outside fails too often to be asked now. Nothing was sent."""

    def __init__(self, name: str, seconds: int) -> None:
        super().__init__("A service that this needs is not there just now. Try again shortly.")
        self.retry_after = max(1, seconds)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} is left alone for another {self.retry_after} s"


class Circuit:
    """Counts how something outside answers this process, and stops asking while it does not.

    Closed, every call passes. After ``failures`` in a row it opens, and calls are refused for ``seconds``. Then one
    call may try: if that fails too the circuit stays open for as long again, and one answer closes it.

    Parameters
    ----------
    name
        What is outside, for the log: no address and no secret.
    counts
        The exceptions that mean "no answer". Any other says nothing of what is outside: an answer that we dislike, or
        a fault of ours, neither opens nor closes a circuit.

    Example
    -------
    >>> circuit = Circuit("mail")
    >>> with circuit.guarding():
    ...     answer = "sent"
    >>> circuit.is_open
    False
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = FAILURES,
        seconds: int = SECONDS,
        counts: tuple[type[Exception], ...] = (Unavailable,),
    ) -> None:
        self.name = name
        self._most, self._seconds, self._counts = failures, seconds, counts
        self._failures = 0
        self._opened_at: datetime | None = None
        self._lock = Lock()
        _all.add(self)

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, or one that tries is on its way."""
        return self._opened_at is not None

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let a block ask what is outside, and learn of how it went.

        Raises
        ------
        CircuitOpen
            Instead of entering the block.
        """
        self._refuse_while_open()
        try:
            yield
        except self._counts as trouble:
            self._failed(trouble)
            raise
        self.close()

    def close(self) -> None:
        """Forget every failure: what is outside has answered, or is known to be back."""
        if self._failures or self._opened_at:
            with self._lock:
                reopened, self._failures, self._opened_at = self.is_open, 0, None
            if reopened:
                logger.info("circuit closed", extra={"circuit": self.name})

    def _refuse_while_open(self) -> None:
        with self._lock:
            if self._opened_at is None:
                return
            # A clock that was set back must not keep it open for longer than it should be.
            waited = abs((now() - self._opened_at).total_seconds())
            if waited < self._seconds:
                raise CircuitOpen(self.name, int(self._seconds - waited))
            # This call tries; the others go on being refused until it tells, or does not for as long again.
            self._opened_at = now()

    def _failed(self, trouble: Exception) -> None:
        with self._lock:
            self._failures += 1
            if self._failures < self._most:
                return
            self._opened_at = now()
        said = {"circuit": self.name, "failures": self._failures, "exception_name": type(trouble).__name__}
        logger.warning("circuit open", extra=said)


_all: WeakSet[Circuit] = WeakSet()


def close_all() -> None:
    """Close every circuit of this process (between tests)."""
    for circuit in list(_all):
        circuit.close()
