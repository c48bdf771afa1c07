"""Limits on failed sign-ins.

An attempt is counted before the password is looked at and taken off again when it was right, so that a hundred guesses
at once are not all made before the first is counted. An account has one count for all strangers together, wherever
they guess from, and one for each device that signed in to it before: so nobody else can lock the owner out. What one
network fails at over many accounts, and all strangers over all accounts, is counted when it has failed.

Each failure keeps a count for another 15 minutes, so no 15 minutes hold more failures than the limit. A counter that
cannot be reached refuses (sign-in fails closed).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any, ClassVar, Final, NamedTuple

from pushcart.accounts.models.attempts import AttemptsItem
from pushcart.accounts.repository import attempts
from pushcart.accounts.sessions import Client
from utils.caller import network_of
from utils.clock import now
from utils.errors import Problem, Unavailable
from utils.models import Item, Key
from utils.rate_limits import RateLimit
from utils.settings import setting

WINDOW: Final = timedelta(minutes=15)
TRIES: Final = 3
PER_ACCOUNT: Final = 10
PER_NETWORK: Final = 100
"""Many people may share an address."""


class TooManyAttempts(Problem):
    """Wait. ``announced``: that this count is full was told already."""

    code: ClassVar[str] = "RATE_LIMITED"

    def __init__(self, until: float, limit: Limit, *, announced: bool = False) -> None:
        super().__init__("Too many failed attempts. Wait, then try again.")
        self.announced = announced
        self.retry_after = max(1, ceil(until - now().timestamp()))
        told = RateLimit(limit.name, limit.most, int(WINDOW.total_seconds()))
        self.headers = told.headers(remaining=0, reset_seconds=self.retry_after)


class _Lapsed(Problem):
    """The count is of a time gone by."""

    code = "UNAVAILABLE"


class Limit(NamedTuple):
    """At most ``most`` failures in 15 minutes for what is counted under ``key``; ``name`` is what callers are told."""

    key: Key
    most: int
    name: str = "sign-in"

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
                attempts.count_attempt(self.key, most=self.most, until=until, refused=self._told)
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

    def used(self, item: Item | None) -> int:
        """Return how many are counted, as read."""
        running = isinstance(item, AttemptsItem) and item.ttl > now().timestamp()
        return int(item.used) if running else 0  # type: ignore[union-attr]

    def refuse_reached(self, item: Item | None) -> None:
        """Raise :class:`TooManyAttempts` when the count, as read, has reached the limit."""
        if isinstance(item, AttemptsItem) and self.used(item) >= self.most:
            raise TooManyAttempts(item.ttl, self)

    def _told(self, raw: dict[str, Any] | None) -> Problem:
        if raw is None:
            return Unavailable()
        item = attempts.attempts_of(raw)
        running = item.ttl > now().timestamp()
        return TooManyAttempts(item.ttl, self, announced=bool(item.announced)) if running else _Lapsed("lapsed")


class Limits(NamedTuple):
    """What a sign-in is held against: ``own`` is counted before the password is tried, ``shared`` after a failure."""

    own: Limit
    shared: tuple[Limit, ...]

    @property
    def keys(self) -> list[Key]:
        """Where all their counts stand, to be read in one call."""
        return [limit.key for limit in (self.own, *self.shared)]

    def refuse_reached(self, counted: Mapping[Key, Item | None]) -> None:
        """Raise :class:`TooManyAttempts` when one of the shared counts, as read, has reached its limit."""
        for limit in self.shared:
            limit.refuse_reached(counted.get(limit.key))

    def count_failure(self) -> None:
        """Count a sign-in that failed where it is shared with others'."""
        for limit in self.shared:
            limit.take()


def of_stranger(email: str, client: Client) -> Limits:
    """Return the limits of a device that never signed in to this account, or not for long.

    At most 10 failures for the account over all such devices; 100 for one network; ``SIGN_IN_FAILURES_OVERALL`` for
    all accounts together, after which only devices that are known are listened to.
    """
    account = Limit(attempts.attempts_key("account", email), PER_ACCOUNT)
    overall = Limit(attempts.attempts_key("all"), int(setting("SIGN_IN_FAILURES_OVERALL")), "sign-ins-overall")
    return Limits(account, (by_address(client.address), overall))


def of_known_device(email: str, client: Client) -> Limits:
    """Return the limits of a device that signed in to this account before: 10 failures, and 100 for its network.

    Both counts are apart from those of strangers, so that they stand in its way nowhere.
    """
    device = Limit(attempts.attempts_key("device", email, client.network, client.agent), PER_ACCOUNT)
    network = attempts.attempts_key("known on network", client.network)
    return Limits(device, (Limit(network, PER_NETWORK, "sign-ins-by-network"),))


def by_account(user_id: str) -> Limit:
    """At most 10 failures in 15 minutes for one account from anywhere: for who has a token of its owner's, and may be
    a thief with many addresses. The log-in is counted apart, so that no thief locks the owner out of it.
    """
    return Limit(attempts.attempts_key("account holder", user_id), PER_ACCOUNT)


def by_address(address: str) -> Limit:
    """At most 100 failures in 15 minutes from one network over all accounts."""
    return Limit(attempts.attempts_key("address", network_of(address)), PER_NETWORK, "sign-ins-by-network")
