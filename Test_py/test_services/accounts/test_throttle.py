"""The limits on failed sign-ins, where requests meet at one counter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.local.gateway import Gateway
from pushcart import tables
from pushcart.accounts import throttle
from pushcart.accounts.repository import attempts as repository
from pushcart.accounts.throttle import TooManyAttempts
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call
from Test_py.support.accounts import items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import log_in
from utils.declarations import Loaded
from utils.errors import Problem, Unavailable
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")
ADA, HERE = "ada@example.org", "203.0.113.9"


def counted() -> list[int]:
    return sorted(int(counter["used"]["N"]) for counter in items(tables.ephemeral, "RATE#"))


def test_each_attempt_counts_until_the_limit() -> None:
    limit = throttle.by_account_and_address(ADA, HERE)
    for _ in range(10):
        limit.take()
    with pytest.raises(TooManyAttempts) as refused:
        limit.take()
    assert counted() == [10]
    assert 890 < (refused.value.retry_after or 0) <= 900


def test_accounts_and_addresses_are_counted_apart() -> None:
    for limit in (
        throttle.by_account_and_address(ADA, HERE),
        throttle.by_account_and_address(ADA, "198.51.100.7"),
        throttle.by_account_and_address("eve@example.org", HERE),
        throttle.by_address(HERE),
    ):
        limit.take()
    assert counted() == [1, 1, 1, 1]


def test_a_limit_as_read_refuses_while_it_runs(clock: Clock) -> None:
    limit = throttle.by_address(HERE)
    for _ in range(100):
        limit.take()
    item = Transaction().read_one(limit.key)
    with pytest.raises(TooManyAttempts):
        limit.refuse_reached(item)
    clock.shift(901)
    limit.refuse_reached(item)
    limit.refuse_reached(None)


@pytest.mark.parametrize("seed", range(12))
def test_of_many_that_meet_a_lapsed_count_each_is_counted(functions: list[Loaded], clock: Clock, seed: int) -> None:
    api = Api(Gateway(functions, call=call))
    for _ in range(10):
        log_in(api, ADA, "wrong")
    clock.shift(901)
    replies = interleaved([lambda: log_in(api, ADA, "wrong") for _ in range(3)], seed=seed)
    assert [reply.status for reply in replies if isinstance(reply, Reply)] == [401] * 3
    assert counted() == [3, 3]


def _fail_with(problem: Callable[[], Problem]) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise problem()

    return fail


def test_a_counter_that_is_never_free_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    lapsed = _fail_with(lambda: throttle._Lapsed("lapsed"))
    monkeypatch.setattr(repository, "count_attempt", lapsed)
    monkeypatch.setattr(repository, "restart_attempts", lapsed)
    with pytest.raises(Unavailable):
        throttle.by_address(HERE).take()


def test_a_refusal_without_its_item_is_no_verdict() -> None:
    assert isinstance(throttle._told(None), Unavailable)
