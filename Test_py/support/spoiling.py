"""Spoils a good body in every way that its schema forbids, and says what each must be refused with."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from infra.openapi.models import Models, Schema
from utils.schemas import MAX_BODY_BYTES, MAX_DEPTH

INVALID, MALFORMED, TOO_LARGE = "VALIDATION_ERROR", "MALFORMED_JSON", "PAYLOAD_TOO_LARGE"
UNKNOWN_FIELD: Final = "no_such_field"
VERY_LONG: Final = 20_000
WRONG: Final[dict[str, Any]] = {
    "string": 7,
    "integer": "seven",
    "number": "seven",
    "boolean": "yes",
    "array": "a list",
    "object": ["a", "list"],
    "null": {"nothing": 0},
}
"""A value that is of another JSON type than the name says."""

Path = tuple[str | int, ...]


class Bad(NamedTuple):
    """A body that must be refused: what is wrong with it, its bytes, the code, and the field that the answer names."""

    name: str
    body: bytes
    code: str
    status: int = 400
    field: str | None = None


def bad_bodies(good: dict[str, Any], schema: Schema, models: Models, *, may_be_empty: bool) -> Iterator[Bad]:
    """Yield every way to spoil ``good``, an example of ``schema``."""
    if not may_be_empty:
        yield Bad("empty", b"", MALFORMED)
    for name, text in {"cut off": '{"a":', "no JSON": "a=1&b=2", "two values": "{} {}", "a bare word": "yes"}.items():
        yield Bad(name, text.encode(), MALFORMED)
    yield Bad("not UTF-8", b'{"a": "\xff\xfe"}', MALFORMED)
    for name, value in {"null": None, "a list": [good], "a text": "text", "a number": 1, "true": True}.items():
        yield Bad(name, json.dumps(value).encode(), INVALID)
    yield Bad("unknown field", _json(good | {UNKNOWN_FIELD: 1}), INVALID, field=UNKNOWN_FIELD)
    deep = f'{{"{UNKNOWN_FIELD}": {"[" * MAX_DEPTH}{"]" * MAX_DEPTH}}}'
    yield Bad(f"nested {MAX_DEPTH + 1} deep", deep.encode(), MALFORMED)
    padding = MAX_BODY_BYTES + 1 - len(_json(good))
    yield Bad("one byte too large", _json(good) + b" " * padding, TOO_LARGE, 413)
    yield from _bad_fields(good, schema, models)


def _bad_fields(good: dict[str, Any], schema: Schema, models: Models) -> Iterator[Bad]:
    for path, field, required in fields(schema, models, good):
        name = ".".join(map(str, path))
        if required:
            yield Bad(f"{name} is missing", _json(_without(good, path)), INVALID, field=name)
        for wrong in _wrong_types(field, models):
            yield Bad(f"{name} = {wrong!r}", _json(_with(good, path, wrong)), INVALID, field=name)
        if (limit := _limit(field, models, "maxLength", "string")) is not None:
            yield Bad(f"{name} is too long", _json(_with(good, path, "x" * (limit + 1))), INVALID, field=name)
        if (limit := _limit(field, models, "maxItems", "array")) is not None:
            first = _at(good, path)[:1] or ["x"]
            yield Bad(f"{name} has too many", _json(_with(good, path, first * (limit + 1))), INVALID, field=name)


def fields(schema: Schema, models: Models, example: Any, path: Path = ()) -> Iterator[tuple[Path, Schema, bool]]:
    """Yield every field of ``schema`` that is in ``example``, however deep: path, schema, and whether it is needed."""
    for schema_ in _kinds(schema, models):
        if schema_.get("type") == "object" and isinstance(example, dict):
            required = set(schema_.get("required", ()))
            for name, field in schema_.get("properties", {}).items():
                if name in example:
                    yield (*path, name), field, name in required
                    yield from fields(field, models, example[name], (*path, name))
        if schema_.get("type") == "array" and isinstance(example, list) and example:
            yield from fields(schema_["items"], models, example[0], (*path, 0))


def objects(schema: Schema, models: Models, example: Any) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield the paths of all objects with named fields in ``example``, the outermost first, with those names."""
    yield (), _names(schema, models)
    for path, field, _ in fields(schema, models, example):
        for kind in _kinds(field, models):
            if kind.get("type") == "array":
                if not _at(example, path):
                    continue
                names, inner = _names(kind["items"], models), (*path, 0)
            else:
                names, inner = _names(kind, models), path
            if names:
                yield inner, names


def injected(good: dict[str, Any], path: Path, extra: dict[str, Any]) -> dict[str, Any]:
    """Return ``good`` with ``extra`` in the object at ``path``."""
    changed = copy.deepcopy(good)
    _at(changed, path).update(extra)
    return changed


def _names(schema: Schema, models: Models) -> frozenset[str]:
    return frozenset(name for kind in _kinds(schema, models) for name in kind.get("properties", {}))


def _kinds(schema: Schema, models: Models) -> list[Schema]:
    """Return the alternatives of a schema, with references followed."""
    resolved = models.resolve(schema)
    alternatives = resolved.get("anyOf") or resolved.get("oneOf")
    if alternatives:
        return [kind for one in alternatives for kind in _kinds(one, models)]
    return [resolved]


def _wrong_types(field: Schema, models: Models) -> list[Any]:
    allowed = {kind.get("type", "string") for kind in _kinds(field, models)}
    same = {"integer", "number"} if allowed & {"integer", "number"} else set()
    wrong = [value for kind, value in WRONG.items() if kind in allowed | same]
    json_types = {int: "integer", str: "string", list: "array", dict: "object"}
    return [value for value in wrong if json_types[type(value)] not in allowed] + ([] if "null" in allowed else [None])


def _limit(field: Schema, models: Models, keyword: str, kind: str) -> int | None:
    kinds = [one for one in _kinds(field, models) if one.get("type", "string") == kind]
    if not kinds:
        return None
    return max(int(one.get(keyword, VERY_LONG if keyword == "maxLength" else 1000)) for one in kinds)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(good: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(good)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(good: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(good)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
