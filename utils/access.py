"""Who may call a route. This module knows how to check; roles and permissions are pushcart's data.

Default deny: a route without an ``access`` does not build, and a caller whom no rule admits is refused.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["anyone", "guest", "user", "client"]
"""``client``: a program by its own API key or OAuth client credentials; it acts for nobody but itself."""

WHOLE_ACCOUNT: Final = "account"
"""The scope of whoever signed in themselves: all that their roles allow. A program that acts for them has less."""


class Principal(NamedTuple):
    """Who calls, as the authorizer and the guest headers say.

    ``permissions`` holds what the route's matched rules grant; a service asks :meth:`may` to tell staff from owner.
    """

    kind: Kind
    id: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    session_id: str | None = None
    cart_token: str | None = None
    order_token: str | None = None
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether the rule that admitted this caller granted ``permission``."""
        return permission in self.permissions


class Rule(NamedTuple):
    """One way in: a kind of caller and, for staff, the roles that hold the permission.

    ``scope`` is what a program that acts for a user must have been given to come in by this rule; without one the
    rule is for users themselves alone.
    """

    kind: Kind
    permission: str | None = None
    roles: frozenset[str] = frozenset()
    scope: str | None = None

    def admits(self, principal: Principal) -> bool:
        """Whether this rule lets ``principal`` in."""
        if self.kind == "anyone":
            return True
        if principal.kind == "client":
            return self.permission is not None and self.permission in principal.scopes
        if self.kind != principal.kind:
            return False
        if self.permission and not self.roles & principal.roles:
            return False
        return self.kind == "guest" or bool({WHOLE_ACCOUNT, self.scope} & principal.scopes)


class Access(NamedTuple):
    """Alternatives, joined by ``|``: whoever one of the rules admits may call.

    Example
    -------
    >>> (Access((Rule("user"),)) | Access((Rule("guest"),))).kinds == {"user", "guest"}
    True
    """

    rules: tuple[Rule, ...]

    def __or__(self, other: Access) -> Access:
        return Access(self.rules + other.rules)

    @property
    def kinds(self) -> frozenset[Kind]:
        """Whom the rules are for."""
        return frozenset(rule.kind for rule in self.rules)

    @property
    def authorizer(self) -> Literal["none", "optional", "required"]:
        """Which authorizer the gateway runs: none for anyone, the uncached one where guests may come too."""
        if "anyone" in self.kinds:
            return "none"
        return "optional" if "guest" in self.kinds else "required"

    def permissions_for(self, principal: Principal) -> frozenset[str] | None:
        """Return what the matching rules grant, or ``None`` when no rule admits the caller."""
        matched = [rule for rule in self.rules if rule.admits(principal)]
        if not matched:
            return None
        return frozenset(rule.permission for rule in matched if rule.permission)
