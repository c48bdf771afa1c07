"""Guessing at passwords: how many guesses get through, what they cost, and that the owner is in nobody's power."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import passwords, throttle
from pushcart.accounts.sessions import Client
from Test_py.support.accounts import CountingHasher, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import log_in, register

ADA = "ada@example.org"
HOME = {"source_ip": "198.51.100.7"}
MINUTE, WINDOW = 60, 900
CLIENTS = 100


class FreeHasher(CountingHasher):
    """Counts verifications, of which none is right and none takes time: for attacks by the thousand."""

    def verify(self, stored: str, password: str) -> bool:
        self.verified += 1
        return False


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_hashers", [counting])
    return counting


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> FreeHasher:
    counting = FreeHasher()
    monkeypatch.setattr(passwords, "_hashers", [counting])
    return counting


def at_once(guess: Callable[[int], Reply], times: int) -> list[int]:
    """Return the statuses of so many requests by a hundred clients at once."""
    with ThreadPoolExecutor(CLIENTS) as threads:
        return [reply.status for reply in threads.map(guess, range(times))]


def test_ten_guesses_in_fifteen_minutes_wherever_they_come_from(api: Api, hasher: CountingHasher) -> None:
    assert register(api, ADA).status == 202
    assert log_in(api, ADA, **HOME).status == 200
    before = hasher.verified
    statuses = at_once(lambda n: log_in(api, ADA, f"guess {n}", source_ip=f"203.0.113.{n}"), 200)
    verified = hasher.verified - before
    owner = log_in(api, ADA, **HOME).status
    print(
        f"password guessing: 200 guesses by {CLIENTS} clients at once from 200 addresses:"
        f" {statuses.count(401)} failures, {verified} argon2 verifications, {statuses.count(429)} times 429;"
        f" the owner at home: {owner}"
    )
    assert (statuses.count(401), statuses.count(429), verified, owner) == (10, 190, 10, 200)


def test_an_hour_of_patience_brings_ten_guesses_in_any_fifteen_minutes(
    api: Api, free: FreeHasher, clock: Clock
) -> None:
    tried_at, passed = [], 0
    while passed < 4 * WINDOW:
        before = free.verified
        log_in(api, ADA, "guess", source_ip="203.0.113.9")
        tried_at += [passed] * (free.verified - before)
        clock.shift(MINUTE / 2)
        passed += MINUTE // 2
    most = max(sum(start <= moment < start + WINDOW for moment in tried_at) for start in tried_at)
    print(f"password guessing: a guess each 30 s for an hour: {len(tried_at)} tried, {most} in the worst 15 min")
    assert most == 10


def test_one_network_has_a_hundred_failures_over_all_accounts(api: Api, free: FreeHasher) -> None:
    statuses = at_once(lambda n: log_in(api, f"person-{n}@example.org", "Spring 2026!", source_ip="203.0.113.9"), 300)
    later = [log_in(api, f"later-{n}@example.org", "Spring 2026!", source_ip="203.0.113.9").status for n in range(20)]
    print(
        f"password guessing: 300 accounts by {CLIENTS} clients at once from one network: {statuses.count(401)} failures"
        f" told, {statuses.count(429)} times 429, {free.verified} verifications; then {later.count(429)} of 20 refused"
    )
    assert (statuses.count(401), statuses.count(429)) == (100, 200)
    assert free.verified < 100 + CLIENTS, "who was on the way when the count filled up: right or wrong, they wait"
    assert later == [429] * 20


@pytest.mark.parametrize("shared", ["network", "all"])
def test_who_guesses_right_while_the_count_fills_up_waits_like_who_guesses_wrong(
    api: Api, monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    assert register(api, ADA).status == 202
    monkeypatch.setenv("SIGN_IN_FAILURES_OVERALL", "1000" if shared == "network" else "100")
    verify = passwords.verify_password
    thief = Client("203.0.113.9", "tests")

    def fill_meanwhile(stored: str | None, password: str) -> bool:
        limit = throttle.of_stranger(ADA, thief).shared[0 if shared == "network" else 1]
        for _ in range(100):
            limit.take()
        return verify(stored, password)

    with monkeypatch.context() as slow:
        slow.setattr(passwords, "verify_password", fill_meanwhile)
        right = log_in(api, ADA, source_ip=thief.address)
    assert right.status == 429
    assert items(tables.accounts, "USER#", "SESSION#") == []


def test_over_all_accounts_there_is_a_limit_that_known_devices_do_not_feel(
    api: Api, free: FreeHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGN_IN_FAILURES_OVERALL", "150")
    with monkeypatch.context() as real:
        real.setattr(passwords, "_hashers", [CountingHasher()])
        assert register(api, ADA).status == 202
        assert log_in(api, ADA, **HOME).status == 200
    statuses = at_once(
        lambda n: log_in(api, f"person-{n}@example.org", "Spring 2026!", source_ip=f"203.0.{n // 200}.{n % 200}"), 400
    )
    monkeypatch.setattr(passwords, "_hashers", [CountingHasher()])
    stranger, owner = log_in(api, ADA, source_ip="192.0.2.1").status, log_in(api, ADA, **HOME).status
    print(
        "password guessing: 400 accounts from 400 networks with a limit of 150 over all:"
        f" {statuses.count(401)} failures, {statuses.count(429)} times 429;"
        f" a new device: {stranger}, a known one: {owner}"
    )
    assert (statuses.count(401), statuses.count(429)) == (150, 250)
    assert (stranger, owner) == (429, 200)


def test_nobody_learns_from_the_work_whether_there_is_an_account(api: Api, hasher: CountingHasher) -> None:
    assert register(api, ADA).status == 202
    seen = []
    for email in (ADA, "nobody@example.org"):
        told = []
        for n in range(12):
            before = hasher.verified
            with record() as calls:
                reply = log_in(api, email, f"guess {n}", source_ip="203.0.113.9")
            told.append((reply.status, [call.operation for call in calls], hasher.verified - before))
        seen.append(told)
    print(
        "password guessing: known and unknown address alike:"
        f" {seen[0][0][2]} verification and {len(seen[0][0][1])} calls a failure"
    )
    assert seen[0] == seen[1]
    assert [(status, verified) for status, _, verified in seen[0]] == [(401, 1)] * 10 + [(429, 0)] * 2
