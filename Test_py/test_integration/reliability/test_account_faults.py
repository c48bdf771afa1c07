"""Accounts under crashes, lost answers and every order of calls: nobody registers twice, no session dies of a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from infra.local.gateway import Gateway
from pushcart import tables
from Test_py.reliability.flows import persistently
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import Fault, call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support import environment
from Test_py.support.accounts import events, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, log_in, register
from Test_py.support.sessions import PATH as SESSIONS
from Test_py.support.sessions import open_another
from utils.declarations import Loaded

SEEDS = range(15)
ADA = "ada@example.org"


class Flow(NamedTuple):
    """A request that is tried again until it is answered, and what must hold then."""

    name: str
    act: Callable[[Api, Person], Reply]
    status: int
    check: Callable[[Api, Person, Reply], None]


def refresh(api: Api, token: str) -> Reply:
    return api.post("/api/v1/auth/refresh", json={"refresh_token": token})


def log_out(api: Api, token: str) -> Reply:
    return api.post("/api/v1/auth/logout", json={"refresh_token": token})


def _registered_once(api: Api, ada: Person, reply: Reply) -> None:
    again = register(api, "eve@example.org", key="once")
    assert again.body == reply.body
    assert len(items(tables.accounts, "EMAIL#")) == 2, "Ada's and Eve's"
    assert len(events("user.registered")) == 2
    assert events("user.registration_attempted") == []
    assert log_in(api, "eve@example.org").status == 200


def _logged_in(api: Api, ada: Person, reply: Reply) -> None:
    assert refresh(api, reply.data["refresh_token"]).status == 200
    assert refresh(api, ada.refresh_token).status == 200
    assert all(int(counter["used"]["N"]) <= 2 for counter in items(tables.ephemeral, "RATE#sign-in#"))


def _told_of_each_session(api: Api, ada: Person, reply: Reply) -> None:
    _logged_in(api, ada, reply)
    sessions = {session["id"]["S"] for session in items(tables.accounts, "USER#", "SESSION#")}
    unusual = [told["data"]["session_id"] for told in events("sign_in.unusual")]
    assert len(unusual) == 1, "by a second try the device is known"
    assert set(unusual) <= sessions
    assert len(items(tables.accounts, "USER#", "DEVICE#")) == 2


def _lineage_goes_on(api: Api, ada: Person, reply: Reply) -> None:
    assert events("session.revoked") == []
    assert refresh(api, reply.data["refresh_token"]).status == 200
    (session,) = items(tables.accounts, "USER#", "SESSION#")
    assert session["rotation"]["N"] == "3"


def _ended_once(api: Api, ada: Person, reply: Reply) -> None:
    assert len(events("session.revoked")) == 1
    assert refresh(api, ada.refresh_token).status == 401


def _changed_once(api: Api, ada: Person, reply: Reply) -> None:
    assert [told["sequence"] for told in events("user.changed")] == [2]
    assert api.get("/api/v1/users/me", token=ada.token).data["name"] == "Ada King"


FLOWS = [
    Flow("register", lambda api, _: register(api, "eve@example.org", key="once"), 202, _registered_once),
    Flow("log in", lambda api, ada: log_in(api, ada.email), 200, _logged_in),
    Flow(
        "log in from a new device",
        lambda api, ada: log_in(api, ada.email, source_ip="203.0.113.9"),
        200,
        _told_of_each_session,
    ),
    Flow("refresh", lambda api, ada: refresh(api, ada.refresh_token), 200, _lineage_goes_on),
    Flow("log out", lambda api, ada: log_out(api, ada.refresh_token), 204, _ended_once),
    Flow(
        "change a profile",
        lambda api, ada: api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=ada.token, key="once"),
        200,
        _changed_once,
    ),
]


def run(flow: Flow, functions: list[Loaded], fault: Fault) -> None:
    environment.restore()
    api = Api(Gateway(functions, call=call))
    ada = customer(api, ADA)
    with standing(fault):
        reply = persistently(lambda: flow.act(api, ada))
    assert reply.status == flow.status, reply.body
    flow.check(api, ada, reply)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_crash_or_a_lost_answer_at_any_call_is_mended_by_trying_again(
    flow: Flow, functions: list[Loaded], aws: None
) -> None:
    with swept(all_faults) as sweep:
        run(flow, functions, sweep)


def end_another_session(functions: list[Loaded], fault: Fault) -> None:
    environment.restore()
    api = Api(Gateway(functions, call=call))
    ada = customer(api, ADA)
    other = open_another(api, ada)
    with standing(fault):
        reply = persistently(lambda: api.delete(f"{SESSIONS}/{other}", token=ada.token))
    assert reply.status == 204, reply.body
    assert len(events("session.revoked")) == 1


def test_a_session_ends_once_whatever_breaks(functions: list[Loaded], aws: None) -> None:
    with swept(all_faults) as sweep:
        end_another_session(functions, sweep)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_one_address_has_one_account(functions: list[Loaded], aws: None, seed: int) -> None:
    api = Api(Gateway(functions, call=call))
    replies = interleaved([lambda n=n: register(api, ADA, key=f"k-{n}") for n in range(3)], seed=seed)  # type: ignore[misc]
    statuses = [reply.status for reply in replies if isinstance(reply, Reply)]
    assert len(statuses) == 3
    assert set(statuses) <= {202, 503}
    assert 202 in statuses
    assert len(items(tables.accounts, "USER#", "PROFILE")) == 1
    assert len(events("user.registered")) == 1
    assert len(events("user.registration_attempted")) == statuses.count(202) - 1


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_one_token_has_one_successor(functions: list[Loaded], aws: None, seed: int) -> None:
    api = Api(Gateway(functions, call=call))
    ada = customer(api, ADA)
    replies = interleaved([lambda: refresh(api, ada.refresh_token) for _ in range(4)], seed=seed)
    told = [reply for reply in replies if isinstance(reply, Reply)]
    assert [reply.status for reply in told] == [200] * 4
    assert len({reply.data["refresh_token"] for reply in told}) == 1
    _lineage_goes_on(api, ada, told[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_thief_and_the_owner_end_with_nothing_live(
    functions: list[Loaded], aws: None, seed: int
) -> None:
    api = Api(Gateway(functions, call=call))
    ada = customer(api, ADA)

    def take(address: str) -> Callable[[], Reply]:
        return lambda: api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}, source_ip=address)

    replies = interleaved([take("203.0.113.9"), take("198.51.100.7")], seed=seed)
    told = [reply for reply in replies if isinstance(reply, Reply)]
    assert sorted(reply.status for reply in told) == [200, 401]
    (won,) = [reply.data["refresh_token"] for reply in told if reply.status == 200]
    assert refresh(api, won).status == 401
    assert len(events("session.revoked")) == 1
