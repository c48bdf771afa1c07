"""Categories for the tests of the catalogue."""

from __future__ import annotations

from itertools import count
from typing import Any

from Test_py.support.client import Api

CATEGORIES = "/api/v1/categories"
ANY = {"if-match": "*"}
_numbers = count(1)


def category(api: Api, manager: str, title: str | None = None, **fields: Any) -> Any:
    """Return a category that was made just now."""
    body = {"title": title or f"Category {next(_numbers)}", **fields}
    reply = api.post(CATEGORIES, json=body, token=manager)
    assert reply.status == 201, reply.body
    return reply.data


def chain(api: Api, manager: str, length: int, **fields: Any) -> list[Any]:
    """Return categories of which each is below the one before; the last one as it was made."""
    made: list[Any] = []
    for _ in range(length):
        made.append(category(api, manager, **({"parent_id": made[-1]["id"]} if made else fields)))
    return made


def place_of(shown: Any) -> str:
    """Return the address of a category."""
    return f"{CATEGORIES}/{shown['id']}"


def seen(api: Api, shown: Any) -> Any:
    """Return a category as it is shown now."""
    reply = api.get(place_of(shown))
    assert reply.status == 200, reply.body
    return reply.data


def assert_tree_holds(api: Api) -> None:
    """Hold the tree against itself: paths lead to the top, and parents and children know each other."""
    nodes = {one["id"]: one for one in api.get(CATEGORIES, query={"limit": 100}).data}
    for node in nodes.values():
        parent = nodes.get(node["parent_id"])
        assert node["path"] == ([*parent["path"], parent["id"]] if parent else [])
        assert len(node["path"]) < 5
        assert parent is None or node["id"] in parent["children"]
        assert [nodes[child]["parent_id"] for child in node["children"]] == [node["id"]] * len(node["children"])
