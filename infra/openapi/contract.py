"""What a client would notice: the differences between two documents that break somebody who relies on the first.

What is sent may only become wider, what is answered only narrower. A new version (``info.version``) may break; within
one, :func:`breaks` must find nothing (requirement A5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infra.openapi.models import REFERENCE

Document = dict[str, Any]
Schema = dict[str, Any]

_SMALLER: Final = ("maximum", "maxLength", "maxItems", "exclusiveMaximum")
_LARGER: Final = ("minimum", "minLength", "minItems", "exclusiveMinimum")
MAX_DEPTH: Final = 12


def breaks(before: Document, after: Document) -> list[str]:
    """Return what breaks in ``after`` for a client of ``before``, one line each; nothing when the version differs.

    Example
    -------
    >>> breaks({"info": {"version": "1.0"}, "paths": {"/a": {"get": {}}}}, {"info": {"version": "1.0"}, "paths": {}})
    ['GET /a is gone']
    """
    if before["info"]["version"] != after["info"]["version"]:
        return []
    found: list[str] = []
    for path, operations in before["paths"].items():
        for method, operation in operations.items():
            label = f"{method.upper()} {path}"
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                found.append(f"{label} is gone")
                continue
            found += [f"{label}: {what}" for what in _Comparison(before, after).operation(operation, now)]
    return found


class _Comparison:
    """Two documents side by side, for looking up references in each."""

    def __init__(self, before: Document, after: Document) -> None:
        self._before, self._after = _components(before), _components(after)

    def operation(self, before: Document, after: Document) -> Iterator[str]:
        yield from _security(before, after)
        yield from self._parameters(before, after)
        yield from self._request(before, after)
        yield from self._responses(before, after)

    def _parameters(self, before: Document, after: Document) -> Iterator[str]:
        was = self._by_name(before, self._before)
        now = self._by_name(after, self._after)
        for name, parameter in now.items():
            required_before = was.get(name, {}).get("required", False)
            if parameter.get("required") and not required_before:
                yield f"parameter {name} is required now"
        for name, parameter in was.items():
            if name not in now:
                yield f"parameter {name} is gone"
                continue
            yield from self._sent(parameter.get("schema", {}), now[name].get("schema", {}), f"parameter {name}")

    def _request(self, before: Document, after: Document) -> Iterator[str]:
        was, now = _json(before.get("requestBody")), _json(after.get("requestBody"))
        if was is None and now is not None and after["requestBody"].get("required"):
            yield "a body is required now"
        elif was is not None and now is None:
            yield "the body is taken no more"
        elif was is not None and now is not None:
            yield from self._sent(was, now, "body")

    def _responses(self, before: Document, after: Document) -> Iterator[str]:
        for status, response in before.get("responses", {}).items():
            if not status.startswith("2"):
                continue
            now = after.get("responses", {}).get(status)
            if now is None:
                yield f"{status} is answered no more"
                continue
            was_schema, now_schema = _json(response), _json(now)
            if was_schema is not None and now_schema is None:
                yield f"{status} has no JSON body any more"
            elif was_schema is not None and now_schema is not None:
                yield from self._answered(was_schema, now_schema, f"{status}")

    def _sent(self, before: Schema, after: Schema, where: str, depth: int = 0) -> Iterator[str]:
        """What was good to send must be good still."""
        was, now = _resolved(before, self._before), _resolved(after, self._after)
        if depth > MAX_DEPTH or was == now == {}:
            return
        if lost := _types(was) - _types(now):
            yield f"{where} takes no {' or '.join(sorted(lost))} any more"
            return
        yield from _narrowed(was, now, where)
        for name in sorted(set(now.get("required", ())) - set(was.get("required", ()))):
            yield f"{where}.{name} is required now"
        fields = now.get("properties", {})
        for name, field in was.get("properties", {}).items():
            if name in fields:
                yield from self._sent(field, fields[name], f"{where}.{name}", depth + 1)
            elif now.get("additionalProperties") is False:
                yield f"{where}.{name} is taken no more"
        if "items" in was and "items" in now:
            yield from self._sent(was["items"], now["items"], f"{where}[]", depth + 1)

    def _answered(self, before: Schema, after: Schema, where: str, depth: int = 0) -> Iterator[str]:
        """What a client could count on must be there still."""
        was, now = _resolved(before, self._before), _resolved(after, self._after)
        if depth > MAX_DEPTH or was == now == {}:
            return
        if new := _types(now) - _types(was):
            yield f"{where} may be {' or '.join(sorted(new))} now"
            return
        fields = now.get("properties", {})
        for name, field in was.get("properties", {}).items():
            if name not in fields:
                yield f"{where}.{name} is gone"
                continue
            if name in was.get("required", ()) and name not in now.get("required", ()):
                yield f"{where}.{name} may be missing now"
            yield from self._answered(field, fields[name], f"{where}.{name}", depth + 1)
        if "items" in was and "items" in now:
            yield from self._answered(was["items"], now["items"], f"{where}[]", depth + 1)

    @staticmethod
    def _by_name(operation: Document, components: Document) -> dict[str, Document]:
        found = {}
        for given in operation.get("parameters", ()):
            reference = given.get("$ref")
            parameter = components["parameters"][reference.rpartition("/")[2]] if reference else given
            found[f"{parameter['in']} {parameter['name']}"] = parameter
        return found


def _components(document: Document) -> Document:
    parts: Document = document.get("components", {})
    return {"schemas": parts.get("schemas", {}), "parameters": parts.get("parameters", {})}


def _json(part: Document | None) -> Schema | None:
    content: Document = (part or {}).get("content", {})
    schema: Schema | None = content.get("application/json", {}).get("schema")
    return schema


def _resolved(schema: Schema, components: Document) -> Schema:
    """Return a schema without reference; of alternatives, the one that is not null, which is then noted beside it."""
    while reference := schema.get("$ref"):
        schema = components["schemas"][str(reference).removeprefix(REFERENCE)]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            parts = [_resolved(part, components) for part in schema[keyword]]
            real = [part for part in parts if part.get("type") != "null"]
            types = sorted({kind for part in parts for kind in _types(part)})
            return {**(real[0] if len(real) == 1 else {}), "type": types}
    return schema


def _types(schema: Schema) -> frozenset[str]:
    kind = schema.get("type")
    if kind is None:
        return frozenset({"anything"}) if "const" not in schema and "enum" not in schema else frozenset({"constant"})
    return frozenset(kind) if isinstance(kind, list) else frozenset({kind})


def _narrowed(was: Schema, now: Schema, where: str) -> Iterator[str]:
    for keyword, sign in (*((one, 1) for one in _SMALLER), *((one, -1) for one in _LARGER)):
        limit = now.get(keyword)
        if limit is not None and (keyword not in was or (was[keyword] - limit) * sign > 0):
            yield f"{where} has {keyword} {limit} now"
    if "enum" in now and (lost := set(was.get("enum", ())) - set(now["enum"]) or "enum" not in was):
        yield f"{where} takes less now: {', '.join(sorted(lost)) if isinstance(lost, set) else 'only an enum'}"
    if now.get("pattern") and now["pattern"] != was.get("pattern"):
        yield f"{where} has another pattern now"


def _security(before: Document, after: Document) -> Iterator[str]:
    """Each way in must stay; an empty list is open to all."""
    now = after.get("security", [])
    if not now:
        return
    if not before.get("security"):
        yield "credentials are needed now"
        return
    for way in before["security"]:
        if way not in now and {} not in now:
            yield f"{' and '.join(way) or 'no credential'} is not enough any more"
