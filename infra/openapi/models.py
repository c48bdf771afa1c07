"""The schemas of all that goes in and out, as components."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from utils.declarations import Route

Schema = dict[str, Any]
REFERENCE: Final = "#/components/schemas/"
_CONSTRUCTED: Final = frozenset({"title"})
"""Pydantic names every field by its own name; that says nothing and doubles the document."""


class TwoModelsOfOneName(ValueError):
    """Class names are the names of OpenAPI's schemas, so they are unique."""


class _Complete(GenerateJsonSchema):
    """Answers hold every field, also one that has a default."""

    def default_schema(self, schema: Any) -> Schema:
        """A default is what may be left out; in an answer, which leaves out nothing, it is an example."""
        described = super().default_schema(schema)
        if self.mode == "serialization":
            default = described.pop("default", None)
            if default is not None and "$ref" not in described:
                described["examples"] = [default]
        return described

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: FBT001 - pydantic's signature
        return self.mode == "serialization" or super().field_is_required(field, total)


class Models:
    """All models of the routes, each as a component.

    Example
    -------
    >>> Models(routes).reference(Order, "serialization")  # doctest: +SKIP
    {'$ref': '#/components/schemas/Order'}
    """

    def __init__(self, routes: Collection[Route]) -> None:
        wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
        for route in routes:
            if route.method not in {"GET", "DELETE"} and route.input is not None and route.input.model_fields:
                wanted[route.input, "validation"] = None
            if route.output is not None:
                wanted[route.output, "serialization"] = None
            if route.about is not None:
                wanted[route.about, "serialization"] = None
        _refuse_twins({model for model, _ in wanted})
        references, definitions = models_json_schema(
            sorted(wanted, key=lambda pair: (pair[0].__name__, pair[1])),
            ref_template=REFERENCE + "{model}",
            schema_generator=_Complete,
        )
        self._references = references
        found: dict[str, Schema] = definitions.get("$defs", {})
        self.components: dict[str, Schema] = {name: untitled(found[name]) for name in sorted(found)}
        for model in {route.input for route in routes if route.method == "PATCH" and route.input is not None}:
            self._without_defaults(model)

    def reference(self, model: type[BaseModel], mode: Literal["validation", "serialization"]) -> Schema:
        """Return the reference to a model's component."""
        return self._references[model, mode]

    def _without_defaults(self, model: type[BaseModel]) -> None:
        """What a PATCH does not send stays as it is, whatever the model's own default."""
        for field in self.resolve(self._references.get((model, "validation"), {})).get("properties", {}).values():
            field.pop("default", None)

    def resolve(self, schema: Schema) -> Schema:
        """Return the schema that a reference leads to, or the schema itself."""
        while reference := schema.get("$ref"):
            schema = self.components[str(reference).removeprefix(REFERENCE)]
        return schema


def query_fields(model: type[BaseModel]) -> tuple[dict[str, Schema], frozenset[str]]:
    """Return the schemas of a query model's fields, references resolved, and the names of the required ones."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    fields = {name: _inlined(untitled(field), definitions) for name, field in schema.get("properties", {}).items()}
    return fields, frozenset(schema.get("required", ()))


def untitled(schema: Any, *, names: bool = False) -> Any:
    """Return a schema without generated titles, and each docstring as one paragraph's text.

    ``names`` says that the keys of ``schema`` are names of fields, and none of them a keyword.
    """
    if isinstance(schema, list):
        return [untitled(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: untitled(value, names=not names and key in {"properties", "$defs"})
        for key, value in schema.items()
        if names or key not in _CONSTRUCTED
    }


def _inlined(schema: Any, definitions: dict[str, Schema]) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _inlined(untitled(definitions[str(reference).rpartition("/")[2]]), definitions)
    return {key: _inlined(value, definitions) for key, value in schema.items()}


def _refuse_twins(models: set[type[BaseModel]]) -> None:
    seen: dict[str, type[BaseModel]] = {}
    for model in sorted(models, key=lambda one: one.__module__):
        if model.__name__ in seen:
            both = f"{seen[model.__name__].__module__} and {model.__module__}"
            raise TwoModelsOfOneName(f"{model.__name__} is defined by {both}: rename one")
        seen[model.__name__] = model
