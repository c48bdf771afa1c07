"""Examples: the field's own first, and else something of the right shape."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.openapi.examples import example_of
from infra.openapi.models import Models, TwoModelsOfOneName, query_fields
from infra.openapi.page import render
from infra.openapi.raw import UNKNOWN, body_of
from utils.access import Access, Rule
from utils.declarations import Route
from utils.schemas import Input, Output, PageQuery


@pytest.mark.parametrize(
    ("schema", "name", "shown"),
    [
        ({"type": "string", "examples": ["a", "b"]}, "", "a"),
        ({"type": "integer", "default": 20, "minimum": 1}, "", 20),
        ({"type": "integer", "minimum": 3}, "", 3),
        ({"enum": ["S", "M"]}, "", "S"),
        ({"const": True}, "", True),
        ({"anyOf": [{"type": "null"}, {"type": "string", "examples": ["x"]}], "default": None}, "", "x"),
        ({"type": "string"}, "created_at", "2026-01-02T03:04:05.000Z"),
        ({"type": "string", "maxLength": 4}, "description", "desc"),
        ({"type": "string", "minLength": 12}, "name", "namexxxxxxxx"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Line"}}, "", [{"sku": "A"}]),
        ({"type": "object"}, "", {}),
        ({"type": "boolean"}, "", True),
        ({"type": "null"}, "", None),
    ],
)
def test_an_example_fits_its_schema(schema: dict[str, Any], name: str, shown: Any) -> None:
    components = {"Line": {"type": "object", "properties": {"sku": {"type": "string", "examples": ["A"]}}}}
    found = example_of(schema, components, name)
    assert found == shown
    Draft202012Validator({**schema, "components": {"schemas": components}}).validate(found)


class Thing(Input):
    """One of two."""

    name: str = "x"


class Listed(Output):
    """What a list holds."""

    name: str = "x"
    title: str = "the title of a book"


def declared(**options: Any) -> Route:
    access = Access((Rule("anyone"),))
    return Route(name="n", context="c", summary="S.", path="/a", access=access, **options)


def test_two_models_of_one_name_do_not_build() -> None:
    twin = type("Thing", (Output,), {"__module__": "elsewhere"})
    with pytest.raises(TwoModelsOfOneName, match="rename one"):
        Models([declared(method="POST", input=Thing, output=twin)])


def test_an_answer_holds_every_field_and_a_body_may_leave_out_what_has_a_default() -> None:
    models = Models([declared(method="POST", input=Thing, output=Listed)])
    assert models.components["Listed"]["required"] == ["name", "title"]
    assert "required" not in models.components["Thing"]
    assert models.components["Thing"]["properties"]["name"]["default"] == "x"
    assert models.components["Listed"]["properties"]["name"]["examples"] == ["x"]
    assert "default" not in models.components["Listed"]["properties"]["name"]
    assert "title" not in models.components["Thing"], "no generated titles"
    assert "title" in models.components["Listed"]["properties"], "a field of that name stays"


def test_a_querys_fields_are_its_parameters() -> None:
    fields, required = query_fields(PageQuery)
    assert (list(fields), required) == (["limit", "cursor"], frozenset())
    assert fields["limit"]["maximum"] == 100


def test_a_raw_route_is_told_by_its_standard() -> None:
    known = body_of("RFC 7517, 5")
    assert known is not None
    assert known.example["keys"]
    assert body_of("something new") is UNKNOWN


def test_the_page_escapes_what_would_end_a_cell() -> None:
    error: dict[str, Any] = {"success": False, "data": None, "meta": {}, "errors": [{"message": "a|b\nc"}]}
    contract = {
        "info": {"description": "d"},
        "components": {"examples": {"X": {"value": error}}, "securitySchemes": {}, "schemas": {}, "parameters": {}},
        "tags": [],
        "paths": {
            "/a": {
                "get": {
                    "summary": "s",
                    "responses": {"400": {"content": {"application/json": {"examples": {"X": {}}}}}},
                }
            }
        },
    }
    assert "| 400 | `X` | a\\|b c |" in render(contract)
