"""docs/ACCESS.md: current, whole, and true to the rules that it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.access_page import __main__ as command
from infra.access_page.page import PROOFS, ROLES, render
from pushcart import access
from pushcart.access import BOUNDS, CLIENT_SCOPES, CUSTOMER_SCOPES, PERMISSIONS, REACHES
from utils.declarations import DEFAULT_PATH, Loaded, Route


@pytest.fixture
def page(functions: list[Loaded]) -> str:
    return render(functions)


def cells(page: str, first: str) -> list[str]:
    """Return the cells of the first row that begins with ``first``."""
    row = next(line for line in page.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_what_is_committed_is_what_the_code_says(page: str) -> None:
    assert command.PAGE.read_text(encoding="utf-8") == page, "run `make openapi`"


def test_the_same_declarations_make_the_same_page(functions: list[Loaded], page: str) -> None:
    assert render(reversed(functions)) == page


def test_every_route_stands_there_once_with_who_how_and_how_often(functions: list[Loaded], page: str) -> None:
    for loaded in functions:
        route = loaded.declaration
        if not isinstance(route, Route) or route.path == DEFAULT_PATH:
            continue
        assert page.count(f"| `{route.key}` |") == 1
        _, who, proof, limit = cells(page, f"`{route.key}`")
        for rule in route.access.rules:
            assert (f"`{rule.permission}`" if rule.permission else rule.kind[:4].replace("user", "cust")) in who
        makers = [maker.__name__ for maker in getattr(loaded.handler, "preconditions", ())]
        assert proof == ", ".join(PROOFS[name] for name in makers)
        assert (limit == "") == (route.limit is None)


def test_every_permission_says_who_holds_it(page: str) -> None:
    assert set(ROLES) == access.ROLES
    for permission, holders in PERMISSIONS.items():
        _, *marks, programs = cells(page, f"`{permission}`")
        assert {role for role, mark in zip(ROLES, marks, strict=True) if mark} == holders
        assert (programs == "if given") == (permission in CLIENT_SCOPES)


def test_scopes_bounds_and_reaches_stand_there(page: str) -> None:
    for scope, words in CUSTOMER_SCOPES.items():
        assert cells(page, f"`{scope}`")[1] == words
    for permission, roles in BOUNDS.items():
        for role, bound in roles.items():
            assert f"| `{permission}` | {role} | {'any' if bound.amount is None else f'{bound.amount:,}'} |" in page
    assert page.count("| admin | no |") == [reach.oneself for reach in REACHES.values()].count(False)


def test_every_route_of_staff_looks_the_session_up_or_only_reads(functions: list[Loaded]) -> None:
    for loaded in functions:
        route = loaded.declaration
        if isinstance(route, Route) and route.method != "GET":
            permissions = [rule.permission for rule in route.access.rules if rule.permission]
            held: tuple[object, ...] = getattr(loaded.handler, "preconditions", ())
            assert not permissions or held, route.key


def test_it_is_written_once_and_then_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ACCESS.md"
    assert command.main(["--check"], path) == 1
    assert "run `make openapi`" in capsys.readouterr().err
    assert command.main([], path) == 0
    assert command.main(["--check"], path) == 0
    assert command.main([], path) == 0
    assert "current" in capsys.readouterr().out
