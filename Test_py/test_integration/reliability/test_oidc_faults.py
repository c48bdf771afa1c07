"""External sign-ins under crashes, lost answers and any order of calls: one account for one person, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from infra.local.gateway import Gateway
from pushcart import tables
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import Fault, call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support import environment
from Test_py.support.accounts import events, items
from Test_py.support.client import Api, Reply
from Test_py.support.external_sign_in import EMAIL, profiles, sessions, ties
from Test_py.support.identity_provider import FakeProvider, begin, come_back, installed, signed_in
from Test_py.support.people import customer, log_in
from utils.declarations import Loaded

SEEDS = range(15)
TRIES = 4


class Flow(NamedTuple):
    """What was there before, and what must be in the end beside one account with one tie."""

    name: str
    prepare: Callable[[Api, FakeProvider], Any]
    check: Callable[[Api], None]


def _nobody_else(_: Api) -> None:
    assert items(tables.accounts, "USER#", "PASSWORD") == []


def _stranger_is_out(api: Api) -> None:
    assert log_in(api, EMAIL).status == 401
    assert items(tables.accounts, "USER#", "PASSWORD") == []
    (profile,) = profiles()
    began = [one["authenticated_at"]["S"] for one in sessions()]
    assert all(moment >= profile["sessions_from"]["S"] for moment in began)
    assert "tests of Eve" not in [one["agent"]["S"] for one in sessions()]


def _strangers_account(api: Api, _: FakeProvider) -> None:
    customer(api, EMAIL)
    assert as_eve(api).status == 200


def as_eve(api: Api) -> Reply:
    return log_in(api, EMAIL, headers={"user-agent": "tests of Eve"})


FLOWS = [
    Flow("somebody new", lambda api, provider: None, _nobody_else),
    Flow("somebody known", signed_in, _nobody_else),
    Flow("a stranger's account", _strangers_account, _stranger_is_out),
]


def consistent() -> None:
    """Whether one account has one tie, in both its places, and every event of it was announced once."""
    (profile,), (tie,), (held,) = profiles(), ties(), items(tables.accounts, "USER#", "IDP#")
    assert {tie["user_id"]["S"], held["user_id"]["S"]} == {profile["id"]["S"]}
    assert profile["email_verified"]["BOOL"] is True
    told = events("user.registered", "user.email_verified", "user.identity_linked")
    sequences = sorted(one["sequence"] for one in told if one["aggregate"] == profile["id"]["S"])
    assert sequences == list(range(1, int(profile["sequence"]["N"]) + 1))


def run(flow: Flow, functions: list[Loaded], fault: Fault) -> None:
    """Sign in under a fault, from the first step again whenever it was not answered."""
    environment.restore()
    api = Api(Gateway(functions, call=call))
    with installed() as provider:
        flow.prepare(api, provider)
        for _ in range(TRIES):
            invitation = begin(api)
            code = provider.sign_in(invitation)
            with standing(fault):
                reply = come_back(api, invitation, code=code)
            if reply.status < 500:
                break
        assert reply.status == 200, reply.body
        assert api.get("/api/v1/users/me", token=reply.json["access_token"]).data["email"] == EMAIL
        consistent()
        flow.check(api)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_crash_or_a_lost_answer_at_any_call_is_mended_by_signing_in_again(
    flow: Flow, functions: list[Loaded], aws: None
) -> None:
    with swept(all_faults) as sweep:
        run(flow, functions, sweep)
    assert sweep.calls >= 6


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_two_browsers_of_one_new_person_share_an_account(
    functions: list[Loaded], aws: None, seed: int
) -> None:
    api = Api(Gateway(functions, call=call))
    with installed() as provider:
        ready = [(invitation, provider.sign_in(invitation)) for invitation in (begin(api) for _ in range(3))]
        acts = [lambda pair=pair: come_back(api, pair[0], code=pair[1]) for pair in ready]
        replies = interleaved(acts, seed=seed)
    assert [reply.status for reply in replies if isinstance(reply, Reply)] == [200] * 3
    consistent()


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_stranger_who_signs_in_meanwhile_is_out_in_the_end(
    functions: list[Loaded], aws: None, seed: int
) -> None:
    api = Api(Gateway(functions, call=call))
    customer(api, EMAIL)
    with installed() as provider:
        invitation = begin(api)
        code = provider.sign_in(invitation)
        acts = [lambda: come_back(api, invitation, code=code), lambda: as_eve(api), lambda: as_eve(api)]
        replies = [reply for reply in interleaved(acts, seed=seed) if isinstance(reply, Reply)]
    assert replies[0].status == 200, replies[0].body
    assert {reply.status for reply in replies[1:]} <= {200, 401, 503}
    consistent()
    _stranger_is_out(api)
