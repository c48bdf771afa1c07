"""A whole example of a schema, out of the examples that its fields carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from infra.openapi.models import REFERENCE, Schema

ULID: Final = "01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
TIME: Final = "2026-01-02T03:04:05.000Z"
REQUEST_ID: Final = "JKJaXmPLvHcESHA="

PATH_EXAMPLES: Final[dict[str, str]] = {
    "address_id": f"adr_{ULID}",
    "asset": "3f2a9c81d0b7-docs.js",
    "cart_id": f"crt_{ULID}",
    "category_id": f"cat_{ULID}",
    "client_id": f"cli_{ULID}",
    "customer_id": f"usr_{ULID}",
    "fulfillment_id": f"ful_{ULID}_1",
    "key_id": f"key_{ULID}",
    "line_id": "TEE-RED-M",
    "location_id": "main",
    "media_id": f"med_{ULID}",
    "order_id": f"ord_{ULID}",
    "payment_id": f"pay_{ULID}_1",
    "product_id": f"prd_{ULID}",
    "promotion_code": "SPRING10",
    "promotion_id": f"prm_{ULID}",
    "provider": "sandbox",
    "refund_id": f"ref_{ULID}_1",
    "return_id": f"ret_{ULID}_1",
    "session_id": f"ses_{ULID}",
    "shipping_method_id": f"shp_{ULID}",
    "sku": "TEE-RED-M",
    "tax_rate_id": f"tax_{ULID}",
    "token": "v1.Zm9yLXRoaXMtc3Vic2NyaXB0aW9uLW9ubHk",
    "user_id": f"usr_{ULID}",
}
"""By the name of a path's parameter; one that is not here is its own example."""

_BY_TYPE: Final[dict[str, Any]] = {"integer": 1, "number": 1, "boolean": True, "null": None}
_BY_NAME: Final[dict[str, str]] = {"created_at": TIME, "updated_at": TIME, "currency": "EUR", "status": "ok"}


def example_of(schema: Schema, components: Mapping[str, Schema], name: str = "") -> Any:
    """Return an example of ``schema``: its own first one, else one of its parts.

    Parameters
    ----------
    schema
        A JSON Schema as pydantic writes it.
    components
        Where ``$ref`` leads to.
    name
        The field's, for fields that carry no example.

    Example
    -------
    >>> example_of({"type": "object", "properties": {"sku": {"type": "string", "examples": ["A-1"]}}}, {})
    {'sku': 'A-1'}
    """
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        reference = str(schema["$ref"]).removeprefix(REFERENCE)
        return example_of(components[reference], components, name)
    for keyword in ("const", "default"):
        if schema.get(keyword) is not None:
            return schema[keyword]
    if schema.get("enum"):
        return schema["enum"][0]
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema:
            return example_of(_telling(schema[keyword]), components, name)
    return _of_type(schema, components, name)


def _telling(alternatives: list[Schema]) -> Schema:
    """Return the alternative that shows most: anything before ``null``."""
    return next((one for one in alternatives if one.get("type") != "null"), alternatives[0])


def _of_type(schema: Schema, components: Mapping[str, Schema], name: str) -> Any:
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties")
        if properties is None:
            return {}
        return {key: example_of(field, components, key) for key, field in properties.items()}
    if kind == "array":
        return [example_of(schema["items"], components, name)] if schema.get("items") else []
    if kind == "string":
        return _text(schema, name)
    if kind == "integer" and "minimum" in schema:
        return schema["minimum"]
    return _BY_TYPE.get(str(kind))


def _text(schema: Schema, name: str) -> str:
    text = _BY_NAME.get(name) or PATH_EXAMPLES.get(name) or name.replace("_", " ") or "text"
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
