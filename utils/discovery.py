"""Finds every declared function by walking ``functions/`` and importing. Belongs to build time, never to a request."""

from __future__ import annotations

import importlib
from pathlib import Path

from utils.declarations import Loaded, Route

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"


class UndeclaredFunction(RuntimeError):
    """A file below ``functions/`` declares nothing, or more than one thing."""


def discover(root: Path = FUNCTIONS) -> list[Loaded]:
    """Import each function file and return its declaration and handler, in the order of their paths.

    Raises
    ------
    UndeclaredFunction
        When a file holds no ``handler`` made by ``@route``, ``@queue``, ``@stream``, ``@schedule`` or
        ``@authorizer``, or when two routes share a key or two functions a name.
    """
    found: list[Loaded] = []
    for path in sorted(root.glob("*/*.py")):
        if path.name == "__init__.py":
            continue
        name = f"functions.{path.parent.name}.{path.stem}"
        handler = getattr(importlib.import_module(name), "handler", None)
        declaration = getattr(handler, "declaration", None)
        if handler is None or declaration is None:
            raise UndeclaredFunction(f"{path} has no declared handler: decorate it with @route, @queue, …")
        found.append(Loaded(declaration, handler, name))
    _refuse_twins(found)
    return found


def routes(root: Path = FUNCTIONS) -> list[Loaded]:
    """The routes among :func:`discover`."""
    return [loaded for loaded in discover(root) if isinstance(loaded.declaration, Route)]


def _refuse_twins(found: list[Loaded]) -> None:
    seen: dict[str, str] = {}
    for loaded in found:
        declaration = loaded.declaration
        labels = [f"function {declaration.name}"]
        if isinstance(declaration, Route):
            labels.append(declaration.key)
        for label in labels:
            if label in seen:
                raise UndeclaredFunction(f"{label} is declared by {seen[label]} and by {loaded.module}")
            seen[label] = loaded.module
