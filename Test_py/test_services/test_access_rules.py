"""Who may do what to which thing (ABAC), as a table: written by hand, and held against the rules in pushcart.access."""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple, get_args

import pytest

from pushcart.access import (
    BOUNDS,
    CLIENT_SCOPES,
    PEOPLE_ONLY,
    PERMISSIONS,
    REACHES,
    ROLES,
    STAFF_ROLES,
    Act,
    may_act_on,
    may_assign_roles,
    within_bounds,
)
from pushcart.states import OrderStatus
from utils.access import WHOLE_ACCOUNT, Principal

CUSTOMER, SUPPORT, MANAGER, ADMIN = "customer", "support", "manager", "admin"
CALLERS: Final = (
    (CUSTOMER,), (CUSTOMER, SUPPORT), (CUSTOMER, MANAGER), (CUSTOMER, ADMIN), (SUPPORT, MANAGER), (ADMIN,),
)  # fmt: skip
TARGETS: Final = ((), (CUSTOMER,), (CUSTOMER, SUPPORT), (CUSTOMER, MANAGER), (CUSTOMER, ADMIN), (SUPPORT,))
PROGRAM: Final = Principal("client", "key_1", scopes=CLIENT_SCOPES)


def person(*roles: str, user_id: str = "usr_me") -> Principal:
    return Principal("user", user_id, roles=frozenset(roles), scopes=frozenset({WHOLE_ACCOUNT}))


class Deed(NamedTuple):
    """An act on accounts: whether staff's are an admin's alone, and whether it is done to one's own."""

    act: Act
    to_oneself: bool


DEEDS: Final = (Deed("change", True), Deed("close", False), Deed("assign", False), Deed("welcome", True))


def test_every_act_is_in_the_table() -> None:
    assert {deed.act for deed in DEEDS} == set(get_args(Act)) == set(REACHES)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.act)
@pytest.mark.parametrize("target", TARGETS, ids="+".join)
@pytest.mark.parametrize("caller", CALLERS, ids="+".join)
def test_staffs_accounts_are_an_admins_alone(caller: tuple[str, ...], target: tuple[str, ...], deed: Deed) -> None:
    of_staff = bool({SUPPORT, MANAGER, ADMIN} & set(target))
    assert may_act_on(person(*caller), deed.act, user_id="usr_other", roles=target) is (ADMIN in caller or not of_staff)
    to_self = may_act_on(person(*caller), deed.act, user_id="usr_me", roles=target)
    assert to_self is (deed.to_oneself and (ADMIN in caller or not of_staff))


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.act)
def test_a_program_reaches_no_account_of_staff(deed: Deed) -> None:
    for target in TARGETS:
        of_staff = bool(STAFF_ROLES & set(target))
        assert may_act_on(PROGRAM, deed.act, user_id="usr_1", roles=target) is not of_staff


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if not deed.to_oneself], ids=lambda deed: deed.act)
def test_nobody_gives_power_to_themselves_nor_locks_themselves_out(deed: Deed) -> None:
    for caller in CALLERS:
        assert not may_act_on(person(*caller), deed.act, user_id="usr_me", roles=())


def test_a_role_that_nobody_declared_gives_no_power_and_is_protected_by_none() -> None:
    assert not may_act_on(person("root", "Admin", "admin "), "change", user_id="usr_1", roles=[MANAGER])
    assert not may_assign_roles(person("root", "Admin"))


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (person(ADMIN), True),
        (person(CUSTOMER, ADMIN), True),
        (person(MANAGER), False),
        (person(SUPPORT), False),
        (person(CUSTOMER), False),
        (person(), False),
        (PROGRAM, False),
        (Principal("client", "cli_1", roles=frozenset({ADMIN}), scopes=CLIENT_SCOPES | PEOPLE_ONLY), False),
        (Principal("guest", "ip:1", roles=frozenset({ADMIN})), False),
    ],
)
def test_roles_are_given_by_admins_who_are_people(caller: Principal, may: bool) -> None:
    assert may_assign_roles(caller) is may


CANCELS: Final = [
    # role, amount, state, may
    (SUPPORT, 0, "pending_payment", True),
    (SUPPORT, 50_000, "pending_payment", True),
    (SUPPORT, 50_001, "pending_payment", False),
    (SUPPORT, 1, "confirmed", False),
    (SUPPORT, 50_001, "confirmed", False),
    (MANAGER, 50_001, "confirmed", True),
    (MANAGER, 10**12, "pending_payment", True),
    (ADMIN, 50_001, "confirmed", True),
    (ADMIN, 10**12, "completed", True),
    (CUSTOMER, 0, "pending_payment", False),
]


@pytest.mark.parametrize(("role", "amount", "state", "may"), CANCELS)
def test_support_calls_off_small_unpaid_orders_and_nothing_more(role: str, amount: int, state: str, may: bool) -> None:
    assert within_bounds(person(role), "orders:cancel", amount=amount, state=state) is may


@pytest.mark.parametrize("state", [state.value for state in OrderStatus])
def test_support_calls_off_in_one_state_alone(state: str) -> None:
    assert within_bounds(person(SUPPORT), "orders:cancel", amount=1, state=state) is (state == "pending_payment")


def test_the_widest_of_ones_roles_counts() -> None:
    assert within_bounds(person(SUPPORT, MANAGER), "orders:cancel", amount=50_001, state="confirmed")
    assert not within_bounds(person(SUPPORT, CUSTOMER), "orders:cancel", amount=50_001, state="confirmed")


def test_without_the_permission_no_bound_holds() -> None:
    for permission, role in product(PERMISSIONS, sorted(ROLES)):
        bound = role in BOUNDS.get(permission, {})
        holds = within_bounds(person(role), permission, amount=10**15, state="any")
        assert holds is (role in PERMISSIONS[permission] and not bound), (permission, role)
    assert not within_bounds(Principal("guest", "ip:1"), "orders:cancel", amount=0, state="pending_payment")


def test_bounds_are_of_roles_that_hold_the_permission() -> None:
    for permission, bounds in BOUNDS.items():
        assert bounds.keys() <= PERMISSIONS[permission]
    with pytest.raises(KeyError):
        within_bounds(person(ADMIN), "orders:erase", amount=0, state="pending_payment")


def test_a_program_holds_whole_what_it_was_given() -> None:
    assert within_bounds(PROGRAM, "orders:cancel", amount=10**12, state="confirmed")
