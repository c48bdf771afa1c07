"""How far staff reaches into other people's accounts: the rules by themselves."""

from __future__ import annotations

from typing import get_args

import pytest

from pushcart.access import (
    PERMISSIONS,
    REACHES,
    STAFF_ROLES,
    Act,
    may_act_on,
    may_assign_roles,
)
from utils.access import Principal

ACTS = get_args(Act)
ME, THEM = "usr_me", "usr_them"


def person(*roles: str) -> Principal:
    return Principal("user", ME, roles=frozenset(roles))


PROGRAM = Principal("client", "key_1", scopes=frozenset({"users:write"}))


def test_every_act_has_its_reach() -> None:
    assert set(REACHES) == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staffs_accounts_are_within_an_admins_reach_alone(act: Act, role: str) -> None:
    assert may_act_on(person("admin"), act, user_id=THEM, roles={"customer", role})
    for who in (person("manager"), person("support"), person("customer"), PROGRAM):
        assert not may_act_on(who, act, user_id=THEM, roles={"customer", role})


@pytest.mark.parametrize("act", ACTS)
def test_customers_accounts_are_within_the_reach_of_whoever_holds_the_permission(act: Act) -> None:
    for who in (person("admin"), person("manager"), PROGRAM):
        assert may_act_on(who, act, user_id=THEM, roles={"customer"})
        assert may_act_on(who, act, user_id=THEM, roles=())


@pytest.mark.parametrize("act", ["close", "assign"])
def test_nobody_closes_their_own_account_or_gives_themselves_roles(act: Act) -> None:
    for roles in ({"admin"}, {"customer"}):
        assert not may_act_on(person(*roles), act, user_id=ME, roles=roles)


def test_roles_are_assigned_by_people_who_hold_the_permission() -> None:
    assert may_assign_roles(person("admin"))
    assert not may_assign_roles(person("manager", "support", "customer"))
    assert not may_assign_roles(PROGRAM._replace(scopes=frozenset(PERMISSIONS)))
