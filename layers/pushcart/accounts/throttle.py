"""Limits on failed sign-ins.

An attempt is counted before the password is looked at and taken off again when it was right, so that a hundred guesses
at once are not all made before the first is counted. Counts run by account and address together: whoever guesses at
somebody's password from elsewhere does not lock the owner out. Each failure keeps the count for another 15 minutes,
so no 15 minutes hold more failures than the limit. A counter that cannot be reached refuses (sign-in fails closed).
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any, ClassVar, Final, NamedTuple

from pushcart.accounts.models.attempts import AttemptsItem
from pushcart.accounts.repository import attempts
from utils.clock import now
from utils.errors import Problem, Unavailable
from utils.models import Item, Key

WINDOW: Final = timedelta(minutes=15)
TRIES: Final = 3


class TooManyAttempts(Problem):
    code: ClassVar[str] = "RATE_LIMITED"

    def __init__(self, until: float) -> None:
        super().__init__("Too many failed attempts. Wait, then try again.")
        self.retry_after = max(1, ceil(until - now().timestamp()))


class _Lapsed(Problem):
    """The count is of a time gone by."""

    code = "UNAVAILABLE"


class Limit(NamedTuple):
    """At most ``most`` failures in 15 minutes for what is counted under ``key``."""

    key: Key
    most: int

    def take(self) -> None:
        """Count one attempt.

        Raises
        ------
        TooManyAttempts
            When the limit is reached; this one is then not counted.
        """
        for _ in range(TRIES):
            until = int((now() + WINDOW).timestamp())
            try:
                attempts.count_attempt(self.key, most=self.most, until=until, refused=_told)
            except _Lapsed:
                pass
            else:
                return
            try:
                attempts.restart_attempts(self.key, until=until, refused=_Lapsed("lapsed"))
            except _Lapsed:
                continue
            return
        raise Unavailable

    def refuse_reached(self, item: Item | None) -> None:
        """Raise :class:`TooManyAttempts` when the count, as read, has reached the limit."""
        if isinstance(item, AttemptsItem) and item.used >= self.most and item.ttl > now().timestamp():
            raise TooManyAttempts(item.ttl)


def by_account_and_address(email: str, address: str) -> Limit:
    """At most 10 failures in 15 minutes for one account from one address."""
    return Limit(attempts.attempts_key("account", email, address), 10)


def by_address(address: str) -> Limit:
    """At most 100 failures in 15 minutes from one address over all accounts: many people may share it."""
    return Limit(attempts.attempts_key("address", address), 100)


def _told(raw: dict[str, Any] | None) -> Problem:
    if raw is None:
        return Unavailable()
    item = attempts.attempts_of(raw)
    return TooManyAttempts(item.ttl) if item.ttl > now().timestamp() else _Lapsed("lapsed")
