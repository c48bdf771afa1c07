"""Mass assignment: what is stored can be set by nobody who is not asked for it, and what is nobody's business is in no
answer (security.md). Made of the declarations and of every item's attributes; the figure is printed.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from pydantic import BaseModel

import pushcart
from infra.openapi.problems import BODY_METHODS
from pushcart import tables
from Test_py.support.accounts import items
from Test_py.support.client import Reply
from Test_py.support.expectation import Outcome, expected
from Test_py.support.spoiling import injected, objects
from Test_py.support.world import Caller, World, send
from utils import discovery
from utils.declarations import Route
from utils.models import Item
from utils.schemas import MAX_ERRORS

ROUTES = [loaded.declaration for loaded in discovery.routes() if isinstance(loaded.declaration, Route)]
TAKING = [route for route in ROUTES if not route.raw and route.method in BODY_METHODS]
ASKING = [route for route in ROUTES if not route.raw and route.method not in BODY_METHODS]

SECRET: Final = frozenset(
    {
        "pk", "sk", "ttl", "hash", "secret_hash", "token_hash", "email_code", "users_shard", "keys_shard",
        "status_shard", "held_shard", "open_shard", "pending_shard", "day_shard", "shard", "fence", "fingerprint",
        "sessions_from", "revoked_for", "idle_until", "last_step", "checkpoint", "charge_key", "code_challenge",
        "client_state", "default_id", "returns_shard", "returns_status",
    }
)  # fmt: skip
"""Stored names that no answer bears: keys of tables and indexes, hashes, sealed secrets, what only guards look at."""

POWERFUL: Final = frozenset(
    {
        "roles", "email_verified", "disabled", "deleted_at", "erased_at", "mfa", "owner_id", "user_id", "customer_id",
        "version", "sequence", "created_at", "updated_at", "id", "created_by", "status", "payment_status", "total",
        "totals", "captured", "refunded", "on_hand", "available", "reserved", "scope", "scopes", "grants",
        "first_party", "authenticated_at", "expires_at", "revoked_at", "price_min", "price_max", "held_until",
    }
)  # fmt: skip
"""Stored names that give power, or say what only the shop may say."""

ASKED_FOR: Final = {
    ("create_user", "roles"): "an admin, after a fresh proof",
    ("set_user_roles", "roles"): "an admin, after a fresh proof",
    ("draft_order", "customer_id"): "staff; whom an order is drafted for",
    ("update_fulfillment", "status"): "staff; delivered alone",
    ("update_return", "status"): "staff; along the table of moves",
    ("update_user", "disabled"): "false alone, which opens an account again",
    ("create_api_key", "scopes"): "an admin, after a fresh proof; what programs may be given",
    ("create_api_key", "expires_at"): "an admin, after a fresh proof; a year at most",
    ("create_oauth_client", "scopes"): "an admin, after a fresh proof; what clients may be given",
    ("create_oauth_client", "grants"): "an admin, after a fresh proof",
    ("create_oauth_client", "first_party"): "an admin, after a fresh proof",
}
"""Where a powerful name is asked for all the same, and of whom."""


def stored_names() -> frozenset[str]:
    """Return the names of all attributes of all items of all contexts."""
    top = Path(pushcart.__file__).parent
    for path in top.rglob("models*"):
        for file in [path] if path.suffix == ".py" else path.glob("*.py"):
            importlib.import_module(".".join(file.relative_to(top.parent).with_suffix("").parts))
    return frozenset(name for model in _subclasses(Item) for name in model.get_attributes())


def _subclasses(model: type[Item]) -> list[type[Item]]:
    return [one for child in model.__subclasses__() for one in (child, *_subclasses(child))]


NAMES = sorted(stored_names())


def everything() -> list[dict[str, Any]]:
    """Return all that is stored, but for counters and keys."""
    counted = ("IDEM#", "RATE#")
    found = [item for table in tables.TABLES for item in items(table) if not item["pk"]["S"].startswith(counted)]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def welcome(shop: World, route: Route) -> Caller:
    """Return somebody who may call."""
    named = (shop.callers[name] for name in ("owner", "admin"))
    return next(one for one in named if expected(route, one, owned=shop.is_owned(route)) is Outcome.ALLOWED)


def foreign_to(shop: World, route: Route) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    """Yield each object in a route's body with the stored names that it does not ask for."""
    assert route.input is not None
    schema = shop.models.reference(route.input, "validation") if route.input.model_fields else {}
    for path, known in objects(schema, shop.models, shop.sample(route)["body"] or {}):
        yield path, [name for name in NAMES if name not in known]


def told(reply: Reply) -> list[str]:
    assert (reply.status, set(reply.codes)) == (400, {"VALIDATION_ERROR"}), reply.body
    return sorted(error["field"] for error in reply.json["errors"] if error["detail"] == "extra_forbidden")


@pytest.mark.parametrize("route", TAKING, ids=lambda route: route.name)
def test_no_body_takes_what_is_stored_and_not_asked_for(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), everything()
    headers = sample["headers"] | {"content-type": "application/json"}
    good, injections = sample["body"] or {}, 0
    for path, foreign in foreign_to(shop, route):
        for start in range(0, len(foreign), MAX_ERRORS):
            asked = foreign[start : start + MAX_ERRORS]
            body = injected(good, path, dict.fromkeys(asked, 1))
            reply = send(shop.api, route, shop.path(route), caller, headers=headers, body=body)
            assert told(reply) == sorted(".".join(map(str, (*path, name))) for name in asked)
            injections += len(asked)
    assert injections >= len(NAMES) - len(route.input.model_fields if route.input else ())
    assert everything() == before


@pytest.mark.parametrize("route", ASKING, ids=lambda route: route.name)
def test_no_query_takes_what_is_stored_and_not_asked_for(route: Route, shop: World) -> None:
    caller, sample, before = welcome(shop, route), shop.sample(route), everything()
    known = set(route.input.model_fields) if route.input else set()
    foreign = [name for name in NAMES if name not in known]
    size = MAX_ERRORS - len(known) - 1
    for start in range(0, len(foreign), size):
        asked = foreign[start : start + size]
        query = "&".join([*filter(None, [sample["query"]]), *(f"{name}=1" for name in asked)])
        reply = send(shop.api, route, shop.path(route), caller, headers=sample["headers"], query=query)
        assert told(reply) == sorted(asked)
    assert everything() == before


def fields_of(annotation: Any) -> set[str]:
    """Return the names of a model's fields, of the models in it, and so on."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = [field.annotation for field in annotation.model_fields.values()]
        named = set(annotation.model_fields) - {"root"}
        return named.union(*(fields_of(one) for one in inner))
    return set().union(*(fields_of(one) for one in get_args(annotation)))


@pytest.mark.parametrize("route", TAKING, ids=lambda route: route.name)
def test_a_powerful_name_is_asked_for_only_where_it_is_said_to_be(route: Route) -> None:
    powerful = fields_of(route.input) & (POWERFUL | SECRET)
    assert powerful == {name for where, name in ASKED_FOR if where == route.name}
    if powerful:
        assert all(rule.permission for rule in route.access.rules), "staff's alone"


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.raw], ids=lambda route: route.name)
def test_no_answer_bears_what_is_nobodys_business(route: Route, shop: World) -> None:
    assert not fields_of(route.output) & SECRET
    reply = shop.ask(route, welcome(shop, route))
    assert not _keys(reply.json) & SECRET


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(_keys(inner) for inner in value.values()))
    return set().union(*(_keys(inner) for inner in value)) if isinstance(value, list) else set()


def test_the_names_are_those_that_are_stored(shop: World) -> None:
    in_tables = {name for table in tables.TABLES for item in items(table) for name in item}
    assert in_tables | SECRET | POWERFUL <= set(NAMES)
    bodies = sum(len(foreign) for route in TAKING for _, foreign in foreign_to(shop, route))
    queries = sum(len(set(NAMES) - set(route.input.model_fields if route.input else ())) for route in ASKING)
    print(
        f"{len(NAMES)} stored names in {len(TAKING)} bodies and {len(ASKING)} queries: {bodies + queries} injections, "
        f"all refused; {len(ASKED_FOR)} powerful fields are asked for, by staff's routes alone"
    )
