"""Limits on how often one caller may write, counted in the very transaction that writes (requirement A7).

A limit costs no call of its own where anything is read: the counts of this window and the one before join the first
read, and counting up is one more piece of the commit. What is refused, or changes nothing, is not counted; the
gateway's throttle bounds that. Reads are left to the gateway and the edge (performance.md).

The window slides: of the window before, the part that still lies within the last ``seconds`` is held against the
caller, so that nobody gets twice the limit where two windows meet.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Final, NamedTuple

from pynamodb.attributes import NumberAttribute

from utils.clock import now
from utils.commits import Piece
from utils.ephemeral import ephemeral
from utils.errors import Problem
from utils.models import Item, Key, key_request
from utils.settings import setting


class RateLimit(NamedTuple):
    """At most ``most`` writes in any ``seconds`` by one caller: a user, a program, a guest or an address.

    ``setting`` names the variable that gives ``most`` where a stage decides it.

    Example
    -------
    >>> RateLimit("checkout", 30, 60).policy
    '"checkout";q=30;w=60'
    """

    name: str
    most: int
    seconds: int
    setting: str | None = None

    @property
    def quota(self) -> int:
        """How many there may be, as the stage decides it."""
        return int(setting(self.setting)) if self.setting else self.most

    @property
    def policy(self) -> str:
        """The limit as ``RateLimit-Policy`` tells it.

        Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/
        """
        return f'"{self.name}";q={self.quota};w={self.seconds}'

    def headers(self, *, remaining: int, reset_seconds: int) -> dict[str, str]:
        """Return the headers that tell a caller where they stand."""
        return {"ratelimit-policy": self.policy, "ratelimit": f'"{self.name}";r={remaining};t={reset_seconds}'}


WRITES: Final = RateLimit("writes", 600, 60, "WRITES_PER_MINUTE")
"""What holds for a route that changes something and names no other limit."""


class RateLimited(Problem):
    """The caller has written too often; nothing was written."""

    code = "RATE_LIMITED"

    def __init__(self, limit: RateLimit, retry_after: int, message: str = "Too many requests. Wait a moment.") -> None:
        super().__init__(message, detail=f"at most {limit.quota} in {limit.seconds} s")
        self.retry_after = max(1, retry_after)
        self.headers = limit.headers(remaining=0, reset_seconds=self.retry_after)


class WindowItem(Item):
    """How often one caller wrote in one window of one limit."""

    table = ephemeral
    used = NumberAttribute()
    ttl = NumberAttribute()


class RateGuard:
    """Holds one request against a limit: a precondition that is read, and a piece that accompanies the commit."""

    def __init__(self, limit: RateLimit, principal: str) -> None:
        self.limit = limit
        self._principal = principal
        self._window, elapsed = divmod(now().timestamp(), limit.seconds)
        self._elapsed = elapsed
        self._before = 0
        self._used: int | None = None
        self._counted = False

    @property
    def key(self) -> Key:
        return self._key(int(self._window))

    @property
    def earlier(self) -> EarlierWindow:
        """The precondition that reads the window before; it comes ahead of this one."""
        return EarlierWindow(self._key(int(self._window) - 1), self)

    def needs_reading(self, *, writes: bool) -> bool:
        """A commit that writes must know what the window before held; where nothing is written nothing is counted."""
        return writes

    def note_earlier(self, item: Item | None) -> None:
        self._before = int(item.used) if isinstance(item, WindowItem) else 0

    def verify(self, item: Item | None) -> None:
        """Raise :class:`RateLimited` when the limit is reached already."""
        self._used = int(item.used) if isinstance(item, WindowItem) else 0
        if self._used >= self._allowed:
            raise self._refusal()

    def piece(self) -> Piece:
        """Return the update that counts this write, on condition that it is within the limit."""
        ends = (int(self._window) + 2) * self.limit.seconds
        below = WindowItem.pk.does_not_exist() | (WindowItem.used < self._allowed)
        counted = (WindowItem.used.add(1), WindowItem.ttl.set(ends))
        request = key_request(self.key, below, counted)
        self._counted = True
        return Piece("Update", request, self._told, accompanies=True)

    def headers(self) -> dict[str, str]:
        """Return what the caller is told; where nothing was read or written, only the limit is known."""
        if self._used is None:
            return {"ratelimit-policy": self.limit.policy}
        remaining = max(0, self._allowed - self._used - self._counted)
        return self.limit.headers(remaining=remaining, reset_seconds=self._reset)

    @property
    def _allowed(self) -> int:
        """How many of this window are left over by what still counts of the one before."""
        return self.limit.quota - int(self._before * (1 - self._elapsed / self.limit.seconds))

    @property
    def _reset(self) -> int:
        return max(1, ceil(self.limit.seconds - self._elapsed))

    def _key(self, window: int) -> Key:
        return Key(WindowItem, f"RATE#{self.limit.name}#{self._principal}", str(window))

    def _told(self, _: dict[str, Any] | None) -> Problem:
        return self._refusal()

    def _refusal(self) -> RateLimited:
        # Of a window before that was full, places come free one by one.
        pause = ceil(self.limit.seconds / self.limit.quota)
        return RateLimited(self.limit, pause if self._before and not self._used else self._reset + pause)


class EarlierWindow(NamedTuple):
    """Reads the window before for a guard; never refuses by itself."""

    key: Key
    guard: RateGuard

    def needs_reading(self, *, writes: bool) -> bool:
        return self.guard.needs_reading(writes=writes)

    def verify(self, item: Item | None) -> None:
        self.guard.note_earlier(item)
