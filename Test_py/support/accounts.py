"""What the tests of accounts look at beneath the answers: items, events, policies, and how often a hash is made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.local.moto_tables import stored_items
from infra.local.recorder import Touch, granted
from pushcart import tables
from pushcart.accounts import key_ring
from pushcart.accounts.liveness import RECENT
from pushcart.accounts.oidc import providers
from pushcart.accounts.passwords import Argon2id
from utils import sealing
from utils.declarations import Declaration, Function
from utils.tables import Table


@dataclass(slots=True)
class CountingHasher:
    """argon2 itself, and how often it worked."""

    real: Argon2id = field(default_factory=Argon2id)
    hashed: int = 0
    verified: int = 0

    def hash(self, password: str) -> str:
        self.hashed += 1
        return self.real.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        self.verified += 1
        return self.real.verify(stored, password)

    def is_outdated(self, stored: str) -> bool:
        return self.real.is_outdated(stored)


def items(table: Table, prefix: str = "", sort_key: str = "") -> list[dict[str, Any]]:
    """Return the raw items whose keys begin so."""
    found = stored_items(table)
    return [one for one in found if one["pk"]["S"].startswith(prefix) and one["sk"]["S"].startswith(sort_key)]


def dump() -> str:
    """Return all that is stored, in every table, as one text."""
    return json.dumps([items(table) for table in tables.TABLES], default=str)


def events(*types: str) -> list[dict[str, Any]]:
    """Return the announced events of these types: type, aggregate, sequence and data."""
    return [
        {
            "type": one["type"]["S"],
            "aggregate": one["aggregate"]["S"],
            "sequence": int(one["sequence"]["N"]),
            "data": json.loads(one["data"]["S"]),
        }
        for one in items(tables.events)
        if one["type"]["S"] in types
    ]


def forget_what_is_kept() -> None:
    """Make this process as fresh as a new one: it asks for the pepper, the keys and the sessions again."""
    sealing.forget()
    providers.forget()
    key_ring.RING.forget()
    RECENT.forget()


def assert_exact_policy(declaration: Declaration, touched: Iterable[Touch]) -> None:
    """Hold what was called against what the function may call: nothing is missing, and nothing is too much."""
    assert isinstance(declaration, Function)
    assert set(touched) == granted(declaration)
