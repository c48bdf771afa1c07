"""The limits on failed sign-ins, where requests meet at one counter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.local.gateway import Gateway
from pushcart import tables
from pushcart.accounts import throttle
from pushcart.accounts.repository import attempts as repository
from pushcart.accounts.sessions import Client
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
    return sorted(int(counter["used"]["N"]) for counter in items(tables.ephemeral, "RATE#sign-in#", "META"))


def test_each_attempt_counts_until_the_limit() -> None:
    limit = throttle.by_account("usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S")
    for _ in range(10):
        limit.take()
    with pytest.raises(TooManyAttempts) as refused:
        limit.take()
    assert counted() == [10]
    assert 890 < (refused.value.retry_after or 0) <= 900


def test_accounts_devices_and_networks_are_counted_apart() -> None:
    here, elsewhere = Client(HERE, "browser"), Client("198.51.100.7", "browser")
    limits = [
        throttle.of_stranger(ADA, here),
        throttle.of_known_device(ADA, here),
        throttle.of_known_device(ADA, elsewhere),
        throttle.of_known_device(ADA, Client(HERE, "another")),
        throttle.of_known_device("eve@example.org", here),
        throttle.of_stranger("eve@example.org", here),
    ]
    keys = {key for limit in limits for key in limit.keys}
    assert len(keys) == 6 + 2 + 2, "their own; two networks for known devices, one for strangers, and all together"
    for limit in limits:
        limit.own.take()
    assert counted() == [1] * 6


def test_strangers_to_an_account_are_counted_together() -> None:
    assert throttle.of_stranger(ADA, Client(HERE, "a")).own == throttle.of_stranger(ADA, Client("::1", "b")).own


def test_one_customer_s_addresses_are_one_network() -> None:
    assert throttle.by_address("2001:db8:1:2::1") == throttle.by_address("2001:db8:1:2:ffff::")
    assert throttle.by_address("2001:db8:1:2::1") != throttle.by_address("2001:db8:1:3::1")


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
    assert counted() == [3, 3, 3], "of the account, the network and all together"


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
    assert isinstance(throttle.by_address(HERE)._told(None), Unavailable)
