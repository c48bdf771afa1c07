"""Second factors under crashes, lost answers and any order of calls: nobody is locked out, no proof counts twice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
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
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, Person, customer, verify_address
from Test_py.support.second_factor import CONFIRM, TOTP, App, complete, enrol, settle, step_up, switch_on
from utils.declarations import Loaded

SEEDS = range(15)
TRIES = 4
ADA = "ada@example.org"


class Flow(NamedTuple):
    """Somebody who tries until they are answered; ``act`` is told which try it is. ``taken`` are good last answers."""

    name: str
    begin: Callable[[Api, Person], App]
    act: Callable[[Api, App, int], Reply]
    taken: frozenset[int]
    check: Callable[[Api, App, Reply], None]


def consistent() -> bool:
    """Whether each profile asks for a second factor just where one is on; returns whether Ada's does."""
    confirmed = {one["pk"]["S"] for one in items(tables.accounts, "USER#", "MFA") if "confirmed_at" in one}
    asking = {one["pk"]["S"] for one in items(tables.accounts, "USER#", "PROFILE") if one["mfa"]["BOOL"]}
    assert confirmed == asking
    for kind, on in (("user.mfa_enabled", True), ("user.mfa_disabled", False)):
        latest = max(events("user.mfa_enabled", "user.mfa_disabled"), key=_sequence, default=None)
        assert latest is None or latest["type"] != kind or bool(asking) is on
    return bool(asking)


def _sequence(event: dict[str, Any]) -> int:
    return int(event["sequence"])


def _enrolled(api: Api, app: App, reply: Reply) -> None:
    assert not consistent()
    latest = App(app.owner, reply.data["secret"])
    assert api.post(CONFIRM, json={"code": latest.code()}, token=app.owner.token).status == 200


def _confirmed(api: Api, app: App, reply: Reply) -> None:
    assert consistent()
    assert len(events("user.mfa_enabled")) == 1
    if reply.status == 409:
        # The codes are lost with the answer, and their owner gets new ones as the refusal says.
        assert api.delete(TOTP, token=app.owner.token).status == 204
        app = switch_on(api, app.owner)
    else:
        app.recovery_codes = reply.data["recovery_codes"]
    assert complete(api, app, recovery_code=app.recovery_codes[0]).status == 200


def _removed(api: Api, app: App, reply: Reply) -> None:
    assert not consistent()
    assert len(events("user.mfa_disabled")) == 1
    assert step_up(api, app.owner.token, password=PASSWORD).status == 200


def _signed_in(api: Api, app: App, reply: Reply) -> None:
    assert api.get("/api/v1/users/me", token=reply.data["access_token"]).status == 200
    (factor,) = items(tables.accounts, "USER#", "MFA")
    used = len(app.recovery_codes) - len(factor["recovery_codes"]["SS"])
    assert len(items(tables.accounts, "USER#", "SESSION#")) == 1 + used, "one for each proof, beside Ada's own"


def _stepped_up(api: Api, app: App, reply: Reply) -> None:
    assert api.delete(TOTP, token=app.owner.token).status == 204


FLOWS = [
    Flow(
        "enrol",
        lambda api, ada: App(verify_address(api, ada), ""),
        lambda api, app, _: api.post(TOTP, json={}, token=app.owner.token),
        frozenset({201}),
        _enrolled,
    ),
    Flow(
        "confirm",
        enrol,
        lambda api, app, _: api.post(CONFIRM, json={"code": app.code()}, token=app.owner.token),
        frozenset({200, 409}),
        _confirmed,
    ),
    Flow(
        "remove",
        switch_on,
        lambda api, app, _: api.delete(TOTP, token=app.owner.token),
        frozenset({204}),
        _removed,
    ),
    Flow(
        "log in by recovery codes",
        switch_on,
        lambda api, app, number: complete(api, app, recovery_code=app.recovery_codes[number]),
        frozenset({200}),
        _signed_in,
    ),
    Flow(
        "step up",
        switch_on,
        lambda api, app, number: step_up(api, app.owner.token, recovery_code=app.recovery_codes[number]),
        frozenset({200}),
        _stepped_up,
    ),
]


def run(flow: Flow, functions: list[Loaded], fault: Fault) -> None:
    environment.restore()
    api, numbers = Api(Gateway(functions, call=call)), count()
    app = flow.begin(api, customer(api, ADA))
    with standing(fault):
        for _ in range(TRIES):
            reply = flow.act(api, app, next(numbers))
            if reply.status < 500:
                break
    assert reply.status in flow.taken, reply.body
    flow.check(api, app, reply)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_crash_or_a_lost_answer_at_any_call_is_mended_by_trying_again(
    flow: Flow, functions: list[Loaded], aws: None, clock: Clock
) -> None:
    settle(clock)
    with swept(all_faults) as sweep:
        run(flow, functions, sweep)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_one_code_opens_one_session(
    functions: list[Loaded], aws: None, clock: Clock, seed: int
) -> None:
    settle(clock)
    api = Api(Gateway(functions, call=call))
    app = switch_on(api, customer(api, ADA))
    code = app.code()
    replies = interleaved([lambda: complete(api, app, code=code) for _ in range(3)], seed=seed)
    statuses = sorted(reply.status for reply in replies if isinstance(reply, Reply))
    assert statuses == [200, 401, 401]
    assert len(items(tables.accounts, "USER#", "SESSION#")) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_factor_is_on_where_the_profile_says_so(
    functions: list[Loaded], aws: None, clock: Clock, seed: int
) -> None:
    settle(clock)
    api = Api(Gateway(functions, call=call))
    ada = customer(api, ADA)
    app = enrol(api, ada)
    acts = [
        lambda: api.post(CONFIRM, json={"code": app.code()}, token=ada.token),
        lambda: api.post(TOTP, json={}, token=ada.token),
        lambda: api.delete(TOTP, token=ada.token),
        lambda: api.patch("/api/v1/users/me", json={"name": "Ada King"}, token=ada.token),
    ]
    replies = interleaved(acts, seed=seed)
    assert all(isinstance(reply, Reply) and reply.status < 500 for reply in replies)
    consistent()
