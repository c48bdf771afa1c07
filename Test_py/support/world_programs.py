"""The programs among those who come to the world's door: by API keys, as OAuth clients, and for people.

What programs may be given for themselves is dealt out in two halves, so that for each permission one of them has it
and one does not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pushcart.access import CLIENT_SCOPES, CUSTOMER_SCOPES
from Test_py.support import oauth, programs
from Test_py.support.client import Api
from Test_py.support.people import Person

READING: Final = frozenset(scope for scope in CLIENT_SCOPES if scope.endswith(":read"))
HALVES: Final = {"reads": READING, "writes": CLIENT_SCOPES - READING}
PEOPLE: Final = ("owner", "admin")

OF_THEIR_OWN: Final = tuple(f"{kind} that {half}" for kind in ("key", "client") for half in HALVES)
FOR_PEOPLE: Final = tuple(f"{who} by a program for {scope}" for who in PEOPLE for scope in CUSTOMER_SCOPES)
NAMES: Final = OF_THEIR_OWN + FOR_PEOPLE


class Visitor(NamedTuple):
    """A program's token and what it was given; ``person`` is whom it acts for, ``None`` for itself."""

    token: str
    scopes: frozenset[str]
    person: str | None = None


def visitors(api: Api, *, owner: Person, admin: Person) -> dict[str, Visitor]:
    """Return every program, by its name."""
    found = {}
    for half, scopes in HALVES.items():
        key = programs.made_key(api, admin.token, scopes=sorted(scopes))["key"]
        found[f"key that {half}"] = Visitor(key, scopes)
        answer = oauth.machine(api, *sorted(scopes)).own_token()
        assert answer.status == 200, answer.body
        found[f"client that {half}"] = Visitor(answer.json["access_token"], scopes)
    asking = oauth.registered(api)
    for name, person in zip(PEOPLE, (owner, admin), strict=True):
        for scope in CUSTOMER_SCOPES:
            token = asking.tokens(person.token, scope=scope)["access_token"]
            found[f"{name} by a program for {scope}"] = Visitor(token, frozenset({scope}), name)
    return found
