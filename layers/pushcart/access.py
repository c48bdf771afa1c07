"""Roles, permissions and scopes of the shop, as data. Nothing is allowed that does not stand here.

``staff("catalog:write")`` becomes the roles that hold the permission when a route is declared. docs/ACCESS.md is made
of this page and of the routes' declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from utils.access import WHOLE_ACCOUNT, Access, Principal, Rule
from utils.rate_limits import RateLimit

ROLES: Final[frozenset[str]] = frozenset({"customer", "support", "manager", "admin"})
STAFF_ROLES: Final = ROLES - {"customer"}

_EVERY: Final = frozenset({"support", "manager", "admin"})
_LEADING: Final = frozenset({"manager", "admin"})
_ADMIN: Final = frozenset({"admin"})

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "catalog:read": _EVERY,
    "catalog:write": _LEADING,
    "inventory:read": _EVERY,
    "inventory:write": _LEADING,
    "pricing:read": _EVERY,
    "pricing:write": _LEADING,
    "orders:read": _EVERY,
    "orders:write": _LEADING,
    "orders:cancel": _EVERY,
    "payments:read": _EVERY,
    "payments:write": _LEADING,
    "payments:refund": _EVERY,
    "returns:read": _EVERY,
    "returns:write": _EVERY,
    "reports:read": _LEADING,
    "users:read": _EVERY,
    "users:write": _LEADING,
    "users:roles": _ADMIN,
    "users:erase": _ADMIN,
    "keys:manage": _ADMIN,
}
"""Which roles hold a permission. An API key or an OAuth client holds those that it was given as scopes."""

CUSTOMER_SCOPES: Final[dict[str, str]] = {
    "profile:read": "See your profile",
    "purchases:read": "See your orders and their payments",
}
"""What people may let a program do for them, in the words in which they are asked. None of these is a permission, so
that staff who lets a program see their own orders does not let it see everybody's."""

PEOPLE_ONLY: Final = frozenset({"users:roles", "users:erase", "keys:manage"})
"""Permissions that no program is given: they give or take power, and ask for a fresh proof of who one is."""

CLIENT_SCOPES: Final = frozenset(PERMISSIONS) - PEOPLE_ONLY
"""What an API key or an OAuth client may be given for itself."""


class Bound(NamedTuple):
    """How far a permission goes for a role: up to an amount (minor units), in some states only; ``None``: any."""

    amount: int | None = None
    states: frozenset[str] | None = None

    def holds(self, *, amount: int, state: str) -> bool:
        """Whether the permission goes as far as this."""
        return (self.amount is None or amount <= self.amount) and (self.states is None or state in self.states)


BOUNDS: Final[dict[str, dict[str, Bound]]] = {
    "orders:cancel": {"support": Bound(amount=50_000, states=frozenset({"pending_payment"}))},
    "payments:refund": {"support": Bound(amount=5_000)},
}
"""Where a role holds a permission only so far; a role that does not stand here holds it whole."""


class Reach(NamedTuple):
    """How far a permission over accounts goes for one act.

    ``over_staff``: the roles that may do it to accounts which hold roles of staff. ``oneself``: whether to one's own.
    """

    over_staff: frozenset[str]
    oneself: bool


Act = Literal["change", "close", "assign", "welcome"]

REACHES: Final[dict[Act, Reach]] = {
    "change": Reach(_ADMIN, oneself=True),
    "close": Reach(_ADMIN, oneself=False),
    "assign": Reach(_ADMIN, oneself=False),
    "welcome": Reach(_ADMIN, oneself=True),
}
"""To change what an account says of its owner; to disable it, enable it or take it away; to say what roles it holds; to
have a mail of welcome sent. So nobody takes power by way of somebody else's account, and nobody gives it to themselves
or locks themselves out."""

CHECKOUT: Final = RateLimit("checkout", 120, 60)
"""How often one caller may order or try to pay: far more than anybody shops, far less than trying out cards takes."""

CODE_TRIES: Final = RateLimit("promotion-codes", 20, 600)
"""How often one caller may try a promotion's code, wrong ones counted: nobody finds codes by going through words."""

ANYONE: Final = Access((Rule("anyone"),))
GUEST: Final = Access((Rule("guest"),))
CUSTOMER: Final = Access((Rule("user"),))


def customer(scope: str) -> Access:
    """Admit customers to what is their own, and a program that one of them gave ``scope``.

    Raises
    ------
    KeyError
        When no such scope is declared.
    """
    return Access((Rule("user", scope=scope if CUSTOMER_SCOPES[scope] else None),))


def staff(permission: str) -> Access:
    """Admit the roles that hold ``permission``, and API keys and OAuth clients that were given it.

    Raises
    ------
    KeyError
        When no such permission is declared, so that a misspelt one does not build.
    """
    return Access((Rule("user", permission, PERMISSIONS[permission]),))


def within_bounds(principal: Principal, permission: str, *, amount: int, state: str) -> bool:
    """Tell whether one of the caller's roles reaches as far as this amount (minor units) in this state.

    For attributes of the thing itself, which a route cannot know before it has read it (ABAC); that the caller holds
    the permission at all is the route's concern. A program holds what it was given whole.

    Example
    -------
    >>> support = Principal("user", "usr_1", roles=frozenset({"support"}))
    >>> within_bounds(support, "orders:cancel", amount=60_000, state="pending_payment")
    False
    """
    if principal.kind == "client":
        return True
    bounds = BOUNDS.get(permission, {})
    holding = PERMISSIONS[permission] & principal.roles
    return any(role not in bounds or bounds[role].holds(amount=amount, state=state) for role in holding)


def may_act_on(principal: Principal, act: Act, *, user_id: str, roles: Iterable[str]) -> bool:
    """Tell whether the caller may do ``act`` to the account ``user_id``, which holds ``roles`` (ABAC).

    That the caller holds the permission at all is the route's concern. A program has no roles: staff's accounts are
    beyond its reach.

    Example
    -------
    >>> manager = Principal("user", "usr_1", roles=frozenset({"manager"}))
    >>> may_act_on(manager, "close", user_id="usr_2", roles={"admin"})
    False
    >>> may_act_on(manager, "close", user_id="usr_2", roles={"customer"})
    True
    """
    reach = REACHES[act]
    if principal.id == user_id and not reach.oneself:
        return False
    return not STAFF_ROLES & set(roles) or bool(reach.over_staff & principal.roles)


def may_assign_roles(principal: Principal) -> bool:
    """Tell whether the caller may say what roles an account holds, on a route that others may call too."""
    return principal.kind == "user" and bool(PERMISSIONS["users:roles"] & principal.roles)


__all__ = [
    "ANYONE",
    "BOUNDS",
    "CHECKOUT",
    "CLIENT_SCOPES",
    "CODE_TRIES",
    "CUSTOMER",
    "CUSTOMER_SCOPES",
    "GUEST",
    "PEOPLE_ONLY",
    "PERMISSIONS",
    "REACHES",
    "ROLES",
    "STAFF_ROLES",
    "WHOLE_ACCOUNT",
    "Bound",
    "Reach",
    "customer",
    "may_act_on",
    "may_assign_roles",
    "staff",
    "within_bounds",
]
