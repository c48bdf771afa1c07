"""What breaks a client is found; what does not is let through."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.openapi import __main__ as command
from infra.openapi.contract import breaks

Document = dict[str, Any]


def _body(schema: str) -> Document:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def contract() -> Document:
    """A small contract with one of each."""
    item = {
        "type": "object",
        "required": ["id", "note"],
        "properties": {
            "id": {"type": "string"},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
        },
    }
    line = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}
    new_item = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 100},
            "size": {"type": "string", "enum": ["S", "M"]},
            "count": {"type": "integer", "minimum": 1},
            "lines": {"type": "array", "maxItems": 50, "items": {"$ref": "#/components/schemas/Line"}},
        },
    }
    post = {
        "security": [{"bearer": []}, {"cart_token": []}],
        "parameters": [
            {"name": "verbose", "in": "query", "required": False, "schema": {"type": "boolean"}},
            {"$ref": "#/components/parameters/Key"},
        ],
        "requestBody": {"required": True, **_body("New")},
        "responses": {"201": _body("Item"), "404": {}},
    }
    key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}}
    return {
        "info": {"version": "1.0"},
        "paths": {"/items": {"post": post, "get": {"security": [], "responses": {"200": {}}}}},
        "components": {"schemas": {"Item": item, "Line": line, "New": new_item}, "parameters": {"Key": key}},
    }


Change = Callable[[Document, Document, Document], Any]
"""Changes a contract, given as itself, its post operation and its schemas."""

BREAKING: dict[str, Change] = {
    "GET /items is gone": lambda c, p, s: c["paths"]["/items"].pop("get"),
    "POST /items: 201 is answered no more": lambda c, p, s: p["responses"].update({"200": p["responses"].pop("201")}),
    "POST /items: 201.note is gone": lambda c, p, s: s["Item"]["properties"].pop("note"),
    "POST /items: 201.id may be missing now": lambda c, p, s: s["Item"]["required"].remove("id"),
    "POST /items: 201.id may be integer now": lambda c, p, s: s["Item"]["properties"]["id"].update(type="integer"),
    "POST /items: 201.id may be null now": lambda c, p, s: s["Item"]["properties"].update(
        id={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
    "POST /items: 201.lines[].sku is gone": lambda c, p, s: s["Line"].update(properties={}),
    "POST /items: body.name has maxLength 50 now": lambda c, p, s: s["New"]["properties"]["name"].update(maxLength=50),
    "POST /items: body.name has minLength 2 now": lambda c, p, s: s["New"]["properties"]["name"].update(minLength=2),
    "POST /items: body.count has minimum 2 now": lambda c, p, s: s["New"]["properties"]["count"].update(minimum=2),
    "POST /items: body.count takes no integer any more": lambda c, p, s: s["New"]["properties"]["count"].update(
        type="string"
    ),
    "POST /items: body.size takes less now: M": lambda c, p, s: s["New"]["properties"]["size"].update(enum=["S", "L"]),
    "POST /items: body.size is taken no more": lambda c, p, s: s["New"]["properties"].pop("size"),
    "POST /items: body.name has another pattern now": lambda c, p, s: s["New"]["properties"]["name"].update(
        pattern="^a"
    ),
    "POST /items: body.size is required now": lambda c, p, s: s["New"]["required"].append("size"),
    "POST /items: body.lines has maxItems 10 now": lambda c, p, s: s["New"]["properties"]["lines"].update(maxItems=10),
    "POST /items: the body is taken no more": lambda c, p, s: p.pop("requestBody"),
    "POST /items: parameter query verbose is gone": lambda c, p, s: p["parameters"].pop(0),
    "POST /items: parameter header Idempotency-Key is required now": lambda c, p, s: c["components"]["parameters"][
        "Key"
    ].update(required=True),
    "POST /items: cart_token is not enough any more": lambda c, p, s: p["security"].pop(),
    "GET /items: credentials are needed now": lambda c, p, s: c["paths"]["/items"]["get"].update(
        security=[{"bearer": []}]
    ),
}

HARMLESS: dict[str, Change] = {
    "a new path": lambda c, p, s: c["paths"].update({"/more": {"get": {}}}),
    "a new field in an answer": lambda c, p, s: s["Item"]["properties"].update(extra={"type": "string"}),
    "a new field that may be sent": lambda c, p, s: s["New"]["properties"].update(extra={"type": "string"}),
    "a wider limit": lambda c, p, s: s["New"]["properties"]["name"].update(maxLength=200),
    "no limit any more": lambda c, p, s: s["New"]["properties"]["count"].pop("minimum"),
    "one more value": lambda c, p, s: s["New"]["properties"]["size"].update(enum=["S", "M", "L"]),
    "may be left out now": lambda c, p, s: s["New"]["required"].clear(),
    "null may be sent too": lambda c, p, s: s["New"]["properties"].update(
        count={"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}
    ),
    "never null any more": lambda c, p, s: s["Item"]["properties"].update(note={"type": "string"}),
    "one more way in": lambda c, p, s: p["security"].append({"order_token": []}),
    "open to all": lambda c, p, s: p.update(security=[]),
    "another refusal": lambda c, p, s: p["responses"].update({"409": {}}),
    "another name of a schema": lambda c, p, s: (
        s.update(Row=s.pop("Line")),
        s["Item"]["properties"]["lines"].update(items={"$ref": "#/components/schemas/Row"}),
        s["New"]["properties"]["lines"].update(items={"$ref": "#/components/schemas/Row"}),
    ),
}


def changed(change: Change) -> Document:
    after = copy.deepcopy(contract())
    change(after, after["paths"]["/items"]["post"], after["components"]["schemas"])
    return after


@pytest.mark.parametrize(("said", "change"), BREAKING.items(), ids=list(BREAKING))
def test_what_breaks_is_said(said: str, change: Change) -> None:
    assert said in breaks(contract(), changed(change))


@pytest.mark.parametrize("change", HARMLESS.values(), ids=list(HARMLESS))
def test_what_breaks_nobody_is_let_through(change: Change) -> None:
    assert breaks(contract(), changed(change)) == []


def test_a_schema_that_holds_itself_is_no_trouble() -> None:
    before = contract()
    before["components"]["schemas"]["Line"]["properties"]["parent"] = {"$ref": "#/components/schemas/Line"}
    after = copy.deepcopy(before)
    after["components"]["schemas"]["Line"]["properties"].pop("sku")
    assert "POST /items: 201.lines[].sku is gone" in breaks(before, after)


def test_a_new_version_may_break() -> None:
    after = changed(BREAKING["GET /items is gone"])
    after["info"]["version"] = "2.0"
    assert breaks(contract(), after) == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_the_command_writes_both_documents_and_then_has_nothing_to_do(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--check"], tree) == 1
    assert "docs/API.md is not what the code says" in capsys.readouterr().err
    assert command.main([], tree) == 0
    assert command.main(["--check"], tree) == 0
    assert command.main([], tree) == 0
    assert "current" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_the_command_refuses_to_break_the_committed_contract(
    tree: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([], tree) == 0
    path = tree / command.CONTRACT
    held = json.loads(path.read_text())
    held["paths"]["/api/v1/gone"] = {"get": {"responses": {"200": {}}}}
    path.write_text(json.dumps(held))
    assert command.main(arguments, tree) == 1
    assert "GET /api/v1/gone is gone" in capsys.readouterr().err
    assert json.loads(path.read_text()) == held, "nothing was overwritten"
    held["info"]["version"] = "0.9"
    path.write_text(json.dumps(held))
    assert command.main([], tree) == 0


def test_an_unknown_revision_is_said_in_one_line(tree: Path) -> None:
    with pytest.raises(SystemExit, match=r"no-such-revision holds no docs/openapi\.json"):
        command.main(["--against", "no-such-revision"], tree)
