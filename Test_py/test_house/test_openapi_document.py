"""The OpenAPI document: valid, whole, and with examples that are true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.openapi import __main__ as command
from infra.openapi import document
from infra.openapi.examples import PATH_EXAMPLES
from infra.openapi.problems import TOLD
from utils.declarations import DEFAULT_PATH, Loaded, Route
from utils.discovery import discover
from utils.errors import STATUS
from utils.schemas import read_json, read_values

CONTRACT = document.build(discover())
ROUTES = {route.operation_id: route for route in document.documented(discover())}
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Return how ``value`` differs from a schema of the document."""
    validator = Draft202012Validator({**schema, "components": CONTRACT["components"]})
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def test_it_is_valid() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(CONTRACT).iter_errors()] == []


def test_what_is_committed_is_what_the_code_says() -> None:
    assert command.stale(command.generated()) == [], "run `make openapi`"


def test_the_same_declarations_make_the_same_documents(functions: list[Loaded]) -> None:
    assert document.render(document.build(reversed(functions))) == document.render(CONTRACT)


def test_every_route_is_in_it_once(functions: list[Loaded]) -> None:
    declared = [one.declaration for one in functions if isinstance(one.declaration, Route)]
    keys = {route.key for route in declared if route.path != DEFAULT_PATH}
    assert {f"{method.upper()} {path}" for method, path, _ in OPERATIONS.values()} == keys
    assert len(OPERATIONS) == len(keys)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_says_what_it_does_and_who_may(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    assert operation["summary"].endswith("."), "the handler's docstring"
    assert "Callers: " in operation["description"]
    assert isinstance(operation["security"], list)
    assert {"500", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_parameter_of_the_path_has_an_example(name: str) -> None:
    assert set(ROUTES[name].path_parameters) <= set(PATH_EXAMPLES), "add it to infra/openapi/examples.py"


@pytest.mark.parametrize("name", [name for name, (_, _, one) in OPERATIONS.items() if "requestBody" in one])
def test_each_example_of_a_body_is_one_that_the_route_takes(name: str) -> None:
    route, taken = ROUTES[name], OPERATIONS[name][2]["requestBody"]["content"]
    for body in taken.values():
        assert faults(body["schema"], body["example"]) == []
    if route.input is not None and not route.raw:
        read_json(route.input, document.render(taken["application/json"]["example"]).encode())


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_example_of_a_query_is_one_that_the_route_takes(name: str) -> None:
    route, given = ROUTES[name], OPERATIONS[name][2].get("parameters", ())
    query = [one for one in given if one.get("in") == "query"]
    for parameter in query:
        if "example" in parameter:
            assert faults(parameter["schema"], parameter["example"]) == []
    if query and route.input is not None and not route.raw:
        read_values(route.input, {one["name"]: str(one["example"]) for one in query if "example" in one})


def answers() -> Iterator[Any]:
    for name, (_, _, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            if "content" in response:
                yield pytest.param(response["content"], id=f"{name} {status}")


@pytest.mark.parametrize("content", list(answers()))
def test_each_example_of_an_answer_fits_its_schema(content: dict[str, Any]) -> None:
    for body in content.values():
        shown = [body["example"]] if "example" in body else []
        names = [reference["$ref"].rpartition("/")[2] for reference in body.get("examples", {}).values()]
        shown += [CONTRACT["components"]["examples"][name]["value"] for name in names]
        assert shown
        assert [fault for value in shown for fault in faults(body["schema"], value)] == []


def test_every_code_has_words_for_its_example() -> None:
    assert set(TOLD) == set(STATUS)


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)
def test_what_a_declaration_implies_is_told(route: Route) -> None:
    _, _, operation = OPERATIONS[route.operation_id]
    codes = {code for one in operation["responses"].values() for kind in one.get("content", {}).values()
             for code in kind.get("examples", ())}  # fmt: skip
    headers = {one["$ref"].rpartition("/")[2] for one in operation.get("parameters", ()) if "$ref" in one}
    assert ("IDEMPOTENCY_KEY_REQUIRED" in codes) == route.idempotency.startswith("required")
    assert ("IdempotencyKeyRequired" in headers) == route.idempotency.startswith("required")
    assert ("IDEMPOTENCY_KEY_REUSED" in codes) == (route.idempotency != "none")
    assert ("304" in operation["responses"]) == ("IfNoneMatch" in headers) == route.etag
    assert ("STALE_VERSION" in codes and "IfMatch" in headers) or not route.versioned
    assert ("UNAUTHENTICATED" in codes) == (route.access.authorizer != "none") or route.errors
    assert set(route.errors) <= codes
    assert str(route.status) in operation["responses"]
