"""Roles and permissions of the shop, as data. Nothing is allowed that does not stand here.

``staff("catalog:write")`` becomes the roles that hold the permission when a route is declared.
"""

from __future__ import annotations

from typing import Final

from utils.access import Access, Rule

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "catalog:read": frozenset({"support", "manager", "admin"}),
    "catalog:write": frozenset({"manager", "admin"}),
    "inventory:read": frozenset({"support", "manager", "admin"}),
    "inventory:write": frozenset({"manager", "admin"}),
    "orders:read": frozenset({"support", "manager", "admin"}),
    "orders:write": frozenset({"manager", "admin"}),
    "payments:read": frozenset({"support", "manager", "admin"}),
    "payments:write": frozenset({"manager", "admin"}),
}

ROLES: Final[frozenset[str]] = frozenset({"customer", "support", "manager", "admin"})

ANYONE: Final = Access((Rule("anyone"),))
GUEST: Final = Access((Rule("guest"),))
CUSTOMER: Final = Access((Rule("user"),))


def staff(permission: str) -> Access:
    """Admit the roles that hold ``permission``.

    Raises
    ------
    KeyError
        When no such permission is declared, so that a misspelt one does not build.
    """
    return Access((Rule("user", permission, PERMISSIONS[permission]),))
