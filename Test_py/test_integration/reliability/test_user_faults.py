"""Staff's acts on accounts, and people's addresses, under crashes, lost answers and every order of calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from infra.local.gateway import Gateway
from pushcart import tables
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import Fault, call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support import addresses, environment
from Test_py.support.accounts import events, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, staff
from Test_py.support.shopkeeping import tag
from Test_py.support.users import ANY, PATH, admins, lives, path_of, profile
from utils.declarations import Loaded

TRIES = 6
SEEDS = range(10)
NEW = {"email": "new@example.org", "name": "Nora New", "roles": ["support"]}


class Cast(NamedTuple):
    """Who is on the stage of a flow."""

    boss: Person
    other: Person
    ada: Person


class Flow(NamedTuple):
    """A request that is tried again until it is answered, and what must hold then."""

    name: str
    act: Callable[[Api, Cast], Reply]
    status: int
    check: Callable[[Api, Cast], None]


def _made_once(api: Api, cast: Cast) -> None:
    assert len(events("user.invited")) == 1
    assert len(items(tables.accounts, "EMAIL#")) == 4


def _disabled(api: Api, cast: Cast) -> None:
    assert [told["data"]["user_id"] for told in events("user.disabled")] == [cast.other.id]
    assert admins() == {cast.boss.id}
    assert not lives(api, cast.other)


def _deleted(api: Api, cast: Cast) -> None:
    assert [told["sequence"] for told in events("user.deleted")] == [3]
    assert profile(cast.other.id).deleted_at
    assert admins() == {cast.boss.id}
    assert not lives(api, cast.other)


def _deposed(api: Api, cast: Cast) -> None:
    assert profile(cast.other.id).roles == {"customer"}
    assert [told["sequence"] for told in events("user.changed") if told["aggregate"] == cast.other.id] == [2, 3]
    assert admins() == {cast.boss.id}
    assert not lives(api, cast.other)


def _kept_two(api: Api, cast: Cast) -> None:
    assert len(addresses.kept(api, cast.ada)) == 2
    assert len(addresses.defaults(api, cast.ada)) == 1


FLOWS = [
    Flow(
        "make an account", lambda api, cast: api.post(PATH, json=NEW, token=cast.boss.token, key="1"), 201, _made_once
    ),
    Flow(
        "disable an admin",
        lambda api, cast: api.post(path_of(cast.other.id, "/disable"), token=cast.boss.token, key="1"),
        200,
        _disabled,
    ),
    Flow(
        "take an admin away",
        lambda api, cast: api.delete(path_of(cast.other.id), token=cast.boss.token, headers=tag(2)),
        204,
        _deleted,
    ),
    Flow(
        "depose an admin",
        lambda api, cast: api.put(
            path_of(cast.other.id, "/roles"), json={"roles": ["customer"]}, token=cast.boss.token, headers=ANY
        ),
        200,
        _deposed,
    ),
    Flow(
        "keep a default address",
        lambda api, cast: api.post(
            addresses.PATH, json=addresses.BODY | {"is_default": True}, token=cast.ada.token, key="1"
        ),
        201,
        _kept_two,
    ),
]


def run(flow: Flow, functions: list[Loaded], fault: Fault) -> None:
    environment.restore()
    api = Api(Gateway(functions, call=call))
    cast = Cast(staff(api, "admin"), staff(api, "admin"), customer(api))
    addresses.keep(api, cast.ada)
    with standing(fault):
        for _ in range(TRIES):
            reply = flow.act(api, cast)
            if reply.status < 500:
                break
    assert reply.status == flow.status, reply.body
    flow.check(api, cast)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_crash_or_a_lost_answer_at_any_call_is_mended_by_trying_again(
    flow: Flow, functions: list[Loaded], aws: None
) -> None:
    with swept(all_faults) as sweep:
        run(flow, functions, sweep)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_one_admin_stays(functions: list[Loaded], aws: None, seed: int) -> None:
    api = Api(Gateway(functions, call=call))
    first, second = staff(api, "admin"), staff(api, "admin")

    def depose(who: Person, whom: Person) -> Callable[[], Reply]:
        path, body = path_of(whom.id, "/roles"), {"roles": ["customer"]}
        return lambda: api.put(path, json=body, token=who.token, headers=ANY)

    replies = interleaved([depose(first, second), depose(second, first)], seed=seed)
    told = [reply.status for reply in replies if isinstance(reply, Reply)]
    assert len(told) == 2
    assert told.count(200) == 1
    assert len(admins()) == 1
    assert [one for one in (first, second) if profile(one.id).roles == {"admin"}]
