"""The precondition that a session lives, and clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.repository import sessions as repository
from pushcart.accounts.service import live_session
from pushcart.accounts.sessions import Client, is_live, is_outdated
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import customer
from utils.access import Principal
from utils.errors import StaleVersion, Unauthenticated
from utils.transaction import Precondition, Transaction

pytestmark = pytest.mark.usefixtures("aws")
USER, SESSION = "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"
ADA = Principal("user", USER, session_id=SESSION)


@dataclass(frozen=True)
class Times:
    idle: timedelta = timedelta(days=14)
    life: timedelta = timedelta(days=30)


def begin(times: Times | None = None) -> SessionItem:
    chosen, tx = times or Times(), Transaction()
    made = repository.add_session(
        tx, USER, SESSION, scope="account", token_hash="h", client="c", agent="", idle=chosen.idle, life=chosen.life
    )
    tx.commit()
    return made


def demand(principal: Principal) -> Precondition:
    made = live_session(principal)
    assert made is not None
    return made


def run(principal: Principal) -> None:
    tx = Transaction(preconditions=[demand(principal)], batch=True)
    tx.verify_preconditions()


def test_guests_have_no_session_to_look_at() -> None:
    assert live_session(Principal("guest", "guest:x")) is None
    assert live_session(Principal("anyone", "ip:127.0.0.1")) is None


def test_a_live_session_is_let_through() -> None:
    begin()
    run(ADA)


def test_a_token_without_a_session_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        live_session(Principal("user", USER))


def test_a_session_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        run(ADA)


def test_somebody_elses_session_is_refused() -> None:
    begin()
    with pytest.raises(Unauthenticated):
        run(Principal("user", "usr_00000000000000000000000000", session_id=SESSION))


def test_a_revoked_session_is_refused() -> None:
    made, tx = begin(), Transaction()
    repository.revoke(tx, made, "logout")
    tx.commit()
    with pytest.raises(Unauthenticated):
        run(ADA)


@pytest.mark.parametrize(
    ("times", "gone"),
    [
        (Times(), timedelta(days=14, seconds=1)),
        (Times(idle=timedelta(days=40)), timedelta(days=30, seconds=1)),
    ],
)
def test_a_session_that_has_run_out_is_refused(clock: Clock, times: Times, gone: timedelta) -> None:
    begin(times)
    run(ADA)
    clock.shift(gone)
    with pytest.raises(Unauthenticated):
        run(ADA)


def test_another_item_is_no_session() -> None:
    assert not is_live(None)


def test_a_client_is_known_by_its_address_and_agent_together() -> None:
    ada = Client("203.0.113.9", "browser")
    assert ada.is_known_as(ada.code)
    assert not Client("203.0.113.9", "script").is_known_as(ada.code)
    assert not Client("203.0.113.8", "browser").is_known_as(ada.code)
    assert "203.0.113.9" not in ada.code


def test_a_network_is_what_one_customer_has() -> None:
    assert Client("203.0.113.9", "browser").network == "203.0.113.9"
    assert Client("2001:db8:1:2:3::1", "browser").network == Client("2001:db8:1:2::1", "script").network


@pytest.mark.parametrize(
    ("began", "proved", "sessions_from", "outdated"),
    [
        (1, None, None, False),
        (1, 1, 2, True),
        (2, 2, 2, False),
        (3, 3, 2, False),
        (1, 3, 2, False),
        (1, None, 2, True),
    ],
)
def test_a_session_is_outdated_when_its_last_proof_is(
    began: int, proved: int | None, sessions_from: int | None, outdated: bool
) -> None:
    def moment(second: int | None) -> str | None:
        return f"2026-01-02T03:04:0{second}.000Z" if second else None

    session = SessionItem(created_at=moment(began), authenticated_at=moment(proved))
    profile = ProfileItem(sessions_from=moment(sessions_from))
    assert is_outdated(session, profile) is outdated


@pytest.mark.parametrize("path", ["refresh", "logout"])
def test_a_session_that_changes_at_every_try_is_left_for_later(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    ada = customer(api)

    def moved(*_: object, **__: object) -> None:
        raise StaleVersion

    with monkeypatch.context() as restless:
        restless.setattr(repository, "rotate", moved)
        restless.setattr(repository, "revoke", moved)
        reply = api.post(f"/api/v1/auth/{path}", json={"refresh_token": ada.refresh_token})
        assert (reply.status, reply.codes, reply.headers["retry-after"]) == (503, ["UNAVAILABLE"], "1")
    assert api.post(f"/api/v1/auth/{path}", json={"refresh_token": ada.refresh_token}).status in {200, 204}


def test_only_reading_tells_that_a_session_lives() -> None:
    assert demand(ADA).needs_reading(writes=True)
