"""No regular expression of ours can be made to take long: none repeats what repeats, unless it can do so in one way.

Python's engine tries every way to part a text among nested quantifiers, which takes twice as long with each character
(https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS). Patterns of schemas run in
pydantic's engine, which does not; but they stand in the contract, and run in whatever its readers use.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from infra.openapi.document import documented
from infra.openapi.models import Models
from utils.declarations import Loaded

TOP: Final = Path(__file__).resolve().parents[2]
ROOTS: Final = {"functions": TOP, "layers/pushcart": TOP / "layers", "utils": TOP}
PARSER: Any = importlib.import_module("re._parser")
CODES: Any = importlib.import_module("re._constants")
BACKTRACKING: Final = frozenset({CODES.MAX_REPEAT, CODES.MIN_REPEAT})
LETTERS: Final = frozenset(map(chr, range(0x300)))
"""The characters by which sets are compared; further ones fall into the same classes."""
CATEGORIES: Final = {
    CODES.CATEGORY_DIGIT: r"\d", CODES.CATEGORY_NOT_DIGIT: r"\D", CODES.CATEGORY_SPACE: r"\s",
    CODES.CATEGORY_NOT_SPACE: r"\S", CODES.CATEGORY_WORD: r"\w", CODES.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def sources() -> Iterator[tuple[str, Path]]:
    """Yield the module's name and the path of every file that runs in the cloud."""
    for folder, root in ROOTS.items():
        for path in sorted((TOP / folder).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def written() -> dict[str, str | bytes]:
    """Return every pattern that stands in the source: what ``re`` is called with, and ``pattern=``."""
    found: dict[str, str | bytes] = {}
    for _, path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            asked = node.args[:1] if ast.unparse(node.func).startswith("re.") else []
            asked += [one.value for one in node.keywords if one.arg == "pattern"]
            for text in asked:
                if isinstance(text, ast.Constant) and isinstance(text.value, str | bytes):
                    found[f"{path.relative_to(TOP).as_posix()}:{text.lineno}"] = text.value
    return found


def compiled() -> dict[str, str | bytes]:
    """Return every pattern that a module holds, put together as it is."""
    found: dict[str, str | bytes] = {}
    for name, _ in sources():
        for own, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern):
                found[f"{name}.{own}"] = value.pattern
    return found


def told(functions: list[Loaded]) -> dict[str, str | bytes]:
    """Return every pattern of the contract's schemas."""
    schemas = json.loads(json.dumps(Models(documented(functions)).components))
    return {f"contract {place}": pattern for place, pattern in _patterns(schemas, "")}


def _patterns(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "pattern" and isinstance(inner, str):
                yield place, inner
            yield from _patterns(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _patterns(inner, place)


def faults(pattern: str | bytes) -> list[str]:
    """Return what is nested in a pattern that could be parted in more ways than one."""
    return list(_faults(PARSER.parse(pattern), within=None))


def _faults(parts: Any, *, within: Any) -> Iterator[str]:
    """``within``: the body of the innermost backtracking repeat without a bound around these parts."""
    for code, argument in parts:
        if code in BACKTRACKING and argument[1] is CODES.MAXREPEAT:
            body = argument[2]
            if within is not None and not _begins_apart(within):
                yield f"{body!r} in {within!r}"
            yield from _faults(body, within=body)
        else:
            # An atomic group or a possessive repeat gives nothing back: what is in it is parted once.
            closed = code in {CODES.ATOMIC_GROUP, CODES.POSSESSIVE_REPEAT}
            for inner in _bodies(argument):
                yield from _faults(inner, within=None if closed else within)


def _bodies(argument: Any) -> Iterator[Any]:
    if isinstance(argument, PARSER.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for inner in argument:
            yield from _bodies(inner)


def _begins_apart(body: Any) -> bool:
    """Whether each turn of a repeat begins with a character that nothing repeated in it takes: it parts in one way."""
    (code, argument), *rest = _opened(body)
    first = _letters(code, argument)
    if first is None:
        return False
    repeated = [one for part in rest for one in _repeated([part])]
    return bool(repeated) and all(one is not None and not first & one for one in repeated)


def _opened(body: Any) -> list[Any]:
    parts = list(body)
    while len(parts) == 1 and parts[0][0] is CODES.SUBPATTERN:
        parts = list(parts[0][1][-1])
    return parts


def _repeated(parts: Any) -> Iterator[frozenset[str] | None]:
    """Yield the characters of each repeat; ``None`` for one of more than a character."""
    for code, argument in parts:
        if code in BACKTRACKING:
            inner = list(argument[2])
            yield _letters(*inner[0]) if len(inner) == 1 else None
        else:
            for one in _bodies(argument):
                yield from _repeated(one)


def _letters(code: Any, argument: Any) -> frozenset[str] | None:
    """Return the characters that a part of one character takes; ``None`` for any other part."""
    if code is CODES.LITERAL:
        return frozenset({chr(argument)})
    if code is CODES.NOT_LITERAL:
        return LETTERS - {chr(argument)}
    if code is CODES.ANY:
        return LETTERS
    if code is not CODES.IN:
        return None
    taken: set[str] = set()
    for kind, value in argument:
        if kind is CODES.LITERAL:
            taken.add(chr(value))
        elif kind is CODES.RANGE:
            taken |= {chr(number) for number in range(value[0], min(value[1], 0x2FF) + 1)}
        elif kind is CODES.CATEGORY:
            taken |= {letter for letter in LETTERS if re.match(CATEGORIES[value], letter)}
    return LETTERS - taken if argument[0][0] is CODES.NEGATE else frozenset(taken)


@pytest.fixture(scope="module")
def patterns(functions: list[Loaded]) -> dict[str, str | bytes]:
    return written() | compiled() | told(functions)


def test_no_pattern_nests_quantifiers(patterns: dict[str, str | bytes]) -> None:
    wrong = {place: found for place, pattern in patterns.items() if (found := faults(pattern))}
    assert not wrong
    print(
        f"{len(patterns)} places, {len(set(patterns.values()))} patterns: no nested quantifiers that part in two ways"
    )


def test_all_kinds_of_places_are_looked_at(patterns: dict[str, str | bytes]) -> None:
    places = " ".join(patterns)
    for place in ("utils/schemas.py:", "pushcart.accounts.verification._TOKEN", "contract ", "utils.log._SENSITIVE"):
        assert place in places, place
    assert len(set(patterns.values())) > 40


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(a*)*", r"(?:a+)*b", r"([a-z]+)*x", r"(a|b+)+", r"(.*,)*", r"((a+)b?)+", r"(?:x?a+)+",
        r"(\w+\s?)*", r"(-?[a-z]+)*", r"(-[a-z-]+)*", r"(?:a{2,})+", r"(a+?)+", rb"(\d+)*", r"(?P<n>(?i:a+))*",
        r"(?=(a+)+)b", r"(-([a-z]+-?)+)*",
    ],
)  # fmt: skip
def test_what_takes_long_is_found(pattern: str | bytes) -> None:
    assert faults(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"a+b*", r"^[a-z0-9]+(-[a-z0-9]+)*$", r"(\.[^@\s.]+)+", r"(?>a+)+", r"(?:a++)*", r"(?:[^\\]++|\\.)*+",
        r"(a+){2}", r"(a{1,9})+", r"[a-z]{2,3}(-[A-Z][a-z]{3})?", r"(?:a+)?",
    ],
)  # fmt: skip
def test_what_parts_in_one_way_is_left_alone(pattern: str) -> None:
    assert not faults(pattern)
