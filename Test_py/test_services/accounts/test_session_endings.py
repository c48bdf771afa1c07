"""Ending all sessions of an account, however many there are and whatever happens to them meanwhile."""

from __future__ import annotations

import pytest

from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.repository import sessions as repository
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.service.session_endings import end_all
from pushcart.accounts.sessions import Client
from Test_py.support.accounts import events, items
from Test_py.support.clock import Clock
from utils.clock import now, rfc3339
from utils.errors import StaleVersion, Unavailable
from utils.ids import new_id
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")
ADA, EVE = "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8T"


def begin(user_id: str = ADA, times: int = 1) -> list[str]:
    opened = [new_id("ses") for _ in range(times)]
    for session_id in opened:
        tx = Transaction()
        open_session(tx, user_id, {"customer"}, Client("127.0.0.1", "tests"), session_id=session_id)
        tx.commit()
    return opened


def live() -> set[str]:
    return {one["id"]["S"] for one in items(tables.accounts, "USER#", "SESSION#") if "revoked_at" not in one}


def test_all_end_but_the_one_that_is_kept_and_nobody_else_s() -> None:
    kept, *others = begin(times=5)
    eves = begin(EVE)
    end_all(ADA, "password_changed", keep=kept)
    assert live() == {kept, *eves}
    told = events("session.revoked")
    assert {one["aggregate"] for one in told} == set(others)
    assert {one["data"]["reason"] for one in told} == {"password_changed"}
    assert {one["sequence"] for one in told} == {1}


def test_again_it_ends_nothing_and_tells_nothing() -> None:
    begin(times=2)
    for _ in range(2):
        end_all(ADA, "disabled")
    assert len(events("session.revoked")) == 2


def test_of_an_earlier_try_what_was_left_over_ends_and_nobody_who_came_since(clock: Clock) -> None:
    begin(times=2)
    clock.shift(60)
    moment = rfc3339(now())
    clock.shift(1)
    since = begin()
    end_all(ADA, "revoked", proved_before=moment)
    assert live() == set(since)


def test_an_account_without_sessions_has_none_to_end() -> None:
    with record() as calls:
        end_all(ADA, "disabled")
    assert [call.operation for call in calls] == ["Query"]


def test_a_hundred_and_one_end_forty_at_a_time() -> None:
    begin(times=101)
    with record() as calls:
        end_all(ADA, "erased")
    sizes = [len(call.parameters["TransactItems"]) for call in calls if call.operation == "TransactWriteItems"]
    assert sizes == [80, 80, 42], "two pieces each"
    assert live() == set()
    assert len(events("session.revoked")) == 101


def test_what_has_lapsed_is_not_told(clock: Clock) -> None:
    begin()
    clock.shift(15 * 86_400)
    end_all(ADA, "disabled")
    assert events("session.revoked") == []


def test_a_session_that_is_refreshed_meanwhile_is_read_again_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    begin(times=3)
    commit, tries = Transaction.commit, []

    def overtaken(tx: Transaction) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise StaleVersion
        commit(tx)

    monkeypatch.setattr(Transaction, "commit", overtaken)
    end_all(ADA, "password_reset")
    assert live() == set()


def test_a_session_that_never_stands_still_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    begin()

    def moved(*_: object, **__: object) -> None:
        raise StaleVersion

    with monkeypatch.context() as restless:
        restless.setattr(Transaction, "commit", moved)
        with pytest.raises(Unavailable):
            end_all(ADA, "password_reset")
    end_all(ADA, "password_reset")
    assert live() == set()


def test_sessions_are_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "PAGE", 2)
    opened = begin(times=5)
    assert [one.id for one in repository.all_of(ADA)] == sorted(opened, reverse=True)
