"""Every route × every caller × whose thing it is, as security.md asks (BOLA, BFLA), made of the declarations."""

from __future__ import annotations

import pytest
import time_machine

from pushcart.access import PEOPLE_ONLY, PERMISSIONS, ROLES, staff
from Test_py.support import world_programs
from Test_py.support.client import Reply
from Test_py.support.expectation import Outcome, blanked, expected, outcome
from Test_py.support.world import MISSING, STAFF, Caller, World
from utils import discovery
from utils.clock import now
from utils.declarations import DEFAULT_PATH, Route

ROUTES = [loaded.declaration for loaded in discovery.routes() if isinstance(loaded.declaration, Route)]
CALLERS = (
    "nobody",
    "garbage token",
    "expired token",
    "owner",
    "other customer",
    "guest",
    "other guest",
    "guest with each token for the other",
    *STAFF,
    *world_programs.NAMES,
)

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)


def signed_by_provider(route: Route) -> bool:
    """A provider's webhook is open to anyone and shows who sends it by its signature."""
    return route.context == "webhooks"


@every_route
def test_every_caller_gets_what_the_declaration_says(route: Route, shop: World) -> None:
    assert set(shop.callers) == set(CALLERS)
    wrong = {}
    ids = {value for owned in shop.owned.values() for value in owned.values()}
    for caller in shop.callers.values():
        shop.refresh()
        wanted = expected(route, caller, owned=shop.is_owned(route))
        reply = shop.ask(route, caller)
        # The route that answers what no other does has a 404 for everybody.
        found = Outcome.ALLOWED if route.path == DEFAULT_PATH and reply.status == 404 else outcome(reply)
        if found != wanted:
            wrong[caller.name] = f"{found}, not {wanted}: {reply.body!r}"
        elif caller.refusal and wanted is Outcome.UNKNOWN:
            assert reply.codes == [caller.refusal]
            assert "www-authenticate" in reply.headers
        elif wanted is Outcome.GATEWAY:
            assert reply.json == {"message": "Unauthorized"}
        if wanted is not Outcome.ALLOWED or not (caller.owns or caller.roles & set(STAFF) or caller.acts_for_itself):
            shown = [one for one in ids if one.encode() in reply.body]
            assert not shown, f"{caller.name} is shown {shown}"
    assert not wrong


def test_the_matrix_holds_every_route_against_every_caller(shop: World) -> None:
    cells = {
        (route.name, name): expected(route, caller, owned=shop.is_owned(route))
        for route in ROUTES
        for name, caller in shop.callers.items()
    }
    counts = {one: list(cells.values()).count(one) for one in Outcome}
    assert len(cells) == len(ROUTES) * len(CALLERS)
    assert all(counts.values())
    told = ", ".join(f"{count} {one.value}" for one, count in counts.items())
    print(f"{len(ROUTES)} routes × {len(CALLERS)} callers = {len(cells)} requests: {told}")


def test_each_permission_of_a_route_is_shown_with_and_without_its_scope(shop: World) -> None:
    programs = [caller for caller in shop.callers.values() if caller.acts_for_itself]
    for route in ROUTES:
        for permission in {rule.permission for rule in route.access.rules if rule.permission}:
            found = {expected(route, caller, owned=shop.is_owned(route)) for caller in programs}
            wanted = {Outcome.FORBIDDEN} if permission in PEOPLE_ONLY else {Outcome.ALLOWED, Outcome.FORBIDDEN}
            assert found == wanted, route.key


@every_route
def test_what_is_somebody_elses_looks_like_what_nobody_has(route: Route, shop: World) -> None:
    strangers = [
        caller
        for caller in shop.callers.values()
        if expected(route, caller, owned=shop.is_owned(route)) is Outcome.ABSENT
    ]
    if shop.is_owned(route) and any(rule.permission is None for rule in route.access.rules):
        assert strangers, "a route to what is somebody's own has nobody whose own it is not"
    for caller in strangers:
        # At one moment: what is left of a sliding window changes with the time, and says nothing of whose it is.
        with time_machine.travel(now(), tick=False):
            shop.refresh()
            theirs = shop.ask(route, caller)
            shop.refresh()
            nobodys = shop.ask(route, caller, missing=True)
        assert blanked(theirs) == blanked(nobodys), caller.name
        assert theirs.codes == ["NOT_FOUND"]


@every_route
def test_every_parameter_of_a_path_is_known(route: Route, shop: World) -> None:
    for owner in shop.owned:
        assert set(shop.values(route, owner)) == set(route.path_parameters)
        assert "{" not in shop.path(route, owner)


def test_a_parameter_that_no_one_registered_cannot_be_asked_for(shop: World) -> None:
    unknown = Route(
        name="unknown",
        context="system",
        summary="",
        method="GET",
        path="/api/v1/things/{thing_id}",
        access=ROUTES[0].access,
        path_parameters=("thing_id",),
    )
    with pytest.raises(KeyError, match="thing_id"):
        shop.path(unknown)


def test_everything_that_is_owned_is_somebodys_and_a_missing_one_nobodys(shop: World) -> None:
    for owned in shop.owned.values():
        assert set(owned) == set(MISSING)
        assert not set(owned.values()) & set(MISSING.values())


def test_each_permission_admits_exactly_the_roles_on_its_page() -> None:
    for permission, roles in PERMISSIONS.items():
        (rule,) = staff(permission).rules
        assert rule.kind == "user"
        assert rule.roles == roles <= ROLES
    for route in ROUTES:
        for rule in route.access.rules:
            if rule.permission:
                assert rule.roles == PERMISSIONS[rule.permission], route.key


def test_a_webhook_with_no_signature_or_anothers_is_refused(shop: World) -> None:
    routes = [route for route in ROUTES if signed_by_provider(route)]
    assert routes
    nobody = shop.callers["nobody"]
    for route in routes:
        sample = shop.sample(route)
        name = next(header for header in sample["headers"] if header.endswith("-signature"))
        for signature in (None, "", "t=1,s=x", sample["headers"][name][:-1] + "!"):
            headers = {key: value for key, value in sample["headers"].items() if key != name}
            headers |= {name: signature} if signature is not None else {}
            reply = _post(shop, route, nobody, sample["body"], headers)
            assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
        altered = sample["body"].replace("charge", "chargé")
        assert _post(shop, route, nobody, altered, sample["headers"]).status == 401


def _post(shop: World, route: Route, caller: Caller, body: str, headers: dict[str, str]) -> Reply:
    return shop.api.request(route.method, shop.path(route), body=body, headers=headers, **caller.credentials)
