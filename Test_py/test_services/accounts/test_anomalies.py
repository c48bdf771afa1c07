"""What is unusual about sign-ins is announced, once, and says nothing personal."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.service import anomalies
from Test_py.support.accounts import events, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, log_in

HOME, AWAY = {"source_ip": "198.51.100.7"}, {"source_ip": "203.0.113.9"}
BERLIN, PARIS, SYDNEY, POTSDAM = ("52.52", "13.40"), ("48.85", "2.35"), ("-33.87", "151.21"), ("52.39", "13.06")
HOUR = 3600


@pytest.fixture
def ada(api: Api) -> Person:
    """Ada, who has signed in from 127.0.0.1."""
    return customer(api, "ada@example.org")


@pytest.fixture
def behind_cloudfront(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIEWER_LOCATION", "cloudfront")


def sign_in_at(api: Api, who: Person, place: tuple[str, str] | None, **options: Any) -> Reply:
    names = ("cloudfront-viewer-latitude", "cloudfront-viewer-longitude")
    reply = log_in(api, who.email, headers=dict(zip(names, place, strict=True)) if place else {}, **options)
    assert reply.status == 200, reply.body
    return reply


def signals() -> list[list[str]]:
    return [told["data"]["signals"] for told in events("sign_in.unusual")]


def test_the_first_sign_in_of_all_is_not_unusual(api: Api, ada: Person) -> None:
    assert len(items(tables.accounts, "USER#", "DEVICE#")) == 1
    assert signals() == []


def test_a_new_device_is_told_with_the_session_that_it_opened(api: Api, ada: Person) -> None:
    assert log_in(api, ada.email, **AWAY).status == 200
    (told,) = events("sign_in.unusual")
    opened = {session["id"]["S"] for session in items(tables.accounts, "USER#", "SESSION#")}
    assert told["data"] == {
        "user_id": ada.id,
        "session_id": told["data"]["session_id"],
        "signals": ["new_device"],
    }
    assert told["data"]["session_id"] in opened
    assert told["sequence"] == 1
    assert log_in(api, ada.email, **AWAY).status == 200
    assert len(events("sign_in.unusual")) == 1, "by now it is known"


def test_another_agent_on_a_known_network_is_a_new_device(api: Api, ada: Person) -> None:
    assert log_in(api, ada.email, headers={"user-agent": "another"}).status == 200
    assert signals() == [["new_device"]]


def test_a_sign_in_that_fails_is_none(api: Api, ada: Person) -> None:
    assert log_in(api, ada.email, "wrong", **AWAY).status == 401
    assert events("sign_in.unusual") == []


@pytest.mark.usefixtures("behind_cloudfront")
@pytest.mark.parametrize(
    ("first", "second", "hours", "told"),
    [
        (BERLIN, SYDNEY, 10, True),
        (BERLIN, SYDNEY, 17, False),
        (BERLIN, PARIS, 0, True),
        (BERLIN, PARIS, 1, False),
        (BERLIN, POTSDAM, 0, False),
        (None, SYDNEY, 0, False),
        (BERLIN, None, 0, False),
    ],
)
def test_nobody_is_faster_than_an_airliner(
    api: Api, clock: Clock, first: tuple[str, str] | None, second: tuple[str, str] | None, hours: int, told: bool
) -> None:
    ada = customer(api)
    sign_in_at(api, ada, first)
    clock.shift(hours * HOUR)
    sign_in_at(api, ada, second)
    assert signals() == ([["impossible_speed"]] if told else [])


@pytest.mark.usefixtures("behind_cloudfront")
def test_both_signals_are_told_together(api: Api, ada: Person) -> None:
    sign_in_at(api, ada, BERLIN)
    sign_in_at(api, ada, SYDNEY, **AWAY)
    assert signals() == [["new_device", "impossible_speed"]]


@pytest.mark.usefixtures("behind_cloudfront")
def test_a_place_is_kept_over_a_sign_in_from_nobody_knows_where(api: Api, ada: Person, clock: Clock) -> None:
    sign_in_at(api, ada, BERLIN)
    clock.shift(HOUR)
    sign_in_at(api, ada, None)
    clock.shift(HOUR)
    sign_in_at(api, ada, SYDNEY)
    assert signals() == [["impossible_speed"]]


@pytest.mark.usefixtures("behind_cloudfront")
def test_only_what_is_rounded_is_kept_of_it_and_nothing_is_announced(api: Api, ada: Person) -> None:
    sign_in_at(api, ada, ("52.5200066", "13.4049540"), **AWAY)
    (trail,) = items(tables.accounts, "USER#", "TRAIL")
    assert (trail["latitude"]["N"], trail["longitude"]["N"]) == ("52.5", "13.4")
    assert trail["seen_at"]["S"].endswith(":00.000Z")
    assert trail["located_at"] == trail["seen_at"]
    kept = json.dumps([*items(tables.accounts, "USER#", "DEVICE#"), trail])
    told = json.dumps(items(tables.events))
    assert AWAY["source_ip"] not in kept + told
    assert "52.5" not in told


def test_a_trail_is_not_believed_from_headers_that_callers_write(api: Api, ada: Person) -> None:
    sign_in_at(api, ada, BERLIN)
    sign_in_at(api, ada, SYDNEY)
    assert signals() == []
    (trail,) = items(tables.accounts, "USER#", "TRAIL")
    assert "latitude" not in trail


# -- sign_in.blocked --------------------------------------------------------------------------------------------


def guess(api: Api, email: str, times: int, **options: Any) -> list[int]:
    return [log_in(api, email, f"wrong {n}", **(AWAY | options)).status for n in range(times)]


def test_that_strangers_have_to_wait_is_told_at_the_tenth_failure_and_once(api: Api, ada: Person) -> None:
    guess(api, ada.email, 9)
    assert events("sign_in.blocked") == []
    assert guess(api, ada.email, 6) == [401] + [429] * 5
    (told,) = events("sign_in.blocked")
    assert (told["sequence"], told["data"]) == (1, {"user_id": ada.id})


def test_it_is_told_again_when_the_count_has_lapsed_and_filled_up_anew(api: Api, ada: Person, clock: Clock) -> None:
    for _ in range(2):
        assert guess(api, ada.email, 12)[-1] == 429
        clock.shift(901)
    assert len(events("sign_in.blocked")) == 2


def test_it_is_told_once_however_many_guess_at_once(api: Api, ada: Person) -> None:
    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(lambda n: log_in(api, ada.email, f"wrong {n}", **AWAY).status, range(40)))
    assert (statuses.count(401), statuses.count(429)) == (10, 30)
    assert len(events("sign_in.blocked")) == 1


def test_what_a_crash_left_untold_is_told_at_the_next_try(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess(api, ada.email, 9)
    with monkeypatch.context() as crashing:
        crashing.setattr(anomalies, "announce_blocked", lambda *_: None)
        assert guess(api, ada.email, 1) == [401]
    assert events("sign_in.blocked") == []
    assert guess(api, ada.email, 3) == [429] * 3
    assert len(events("sign_in.blocked")) == 1


def test_an_owner_who_mistypes_is_no_attack(api: Api, ada: Person) -> None:
    assert guess(api, ada.email, 12, source_ip="127.0.0.1") == [401] * 10 + [429] * 2
    assert events("sign_in.blocked") == []


def test_of_an_address_that_nobody_has_as_much_is_written_and_nothing_told(api: Api, ada: Person) -> None:
    made = []
    for email in (ada.email, "nobody@example.org"):
        operations = []
        for n in range(12):
            with record() as calls:
                log_in(api, email, f"wrong {n}", **AWAY)
            operations.append([call.operation for call in calls])
        made.append(operations)
    assert made[0] == made[1]
    assert made[0][9][-1] == "TransactWriteItems", "the tenth"
    assert len(events("sign_in.blocked")) == 1


def test_the_right_password_beyond_the_limit_tells_nothing_more(api: Api, ada: Person) -> None:
    guess(api, ada.email, 10)
    assert log_in(api, ada.email, PASSWORD, **AWAY).status == 429
    assert len(events("sign_in.blocked")) == 1
    assert signals() == []
