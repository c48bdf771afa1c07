"""Finds the route of a request, by API Gateway's rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from utils.declarations import DEFAULT_PATH, Loaded, Route


@dataclass(frozen=True, slots=True)
class Match:
    """A route with the path parameters that the request gave, URL-decoded."""

    loaded: Loaded
    route: Route
    parameters: dict[str, str]

    @property
    def key(self) -> str:
        """API Gateway's route key."""
        return self.route.key


class Routes:
    """The declared routes, by method and path.

    A literal segment goes before a parameter, and ``$default`` takes what no route does.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """

    def __init__(self, functions: Iterable[Loaded]) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[list[str], Loaded, Route]]] = {}
        self._default: Match | None = None
        for loaded in functions:
            route = loaded.declaration
            if not isinstance(route, Route):
                continue
            if route.path == DEFAULT_PATH:
                self._default = Match(loaded, route, {})
                continue
            segments = route.path.split("/")
            self._by_shape.setdefault((route.method, len(segments)), []).append((segments, loaded, route))
        for candidates in self._by_shape.values():
            candidates.sort(key=lambda candidate: [segment.startswith("{") for segment in candidate[0]])

    def find(self, method: str, path: str) -> Match | None:
        """Return the route of a request, ``$default``'s when there is no other, or ``None``."""
        asked = path.split("/")
        for segments, loaded, route in self._by_shape.get((method, len(asked)), ()):
            parameters = _parameters(segments, asked)
            if parameters is not None:
                return Match(loaded, route, parameters)
        return self._default


def _parameters(segments: list[str], asked: list[str]) -> dict[str, str] | None:
    found = {}
    for segment, value in zip(segments, asked, strict=True):
        if segment.startswith("{"):
            if not value:
                return None
            found[segment.strip("{}")] = unquote(value)
        elif segment != unquote(value):
            return None
    return found
