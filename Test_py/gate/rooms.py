"""The import rules inside and between bounded contexts, as a contract of import-linter.

import-linter's own kinds of contract name modules one by one, so a new context would be free until somebody lists
it. This one reads the contexts from the import graph, so that a context is bound from its first import on.
https://import-linter.readthedocs.io/en/stable/custom_contract_types/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

LEAVES: Final = frozenset({"schemas", "events"})
FORBIDDEN_INSIDE: Final[dict[str, frozenset[str]]] = {
    "models": frozenset({"repository", "service"}),
    "repository": frozenset({"service"}),
    "schemas": frozenset({"models", "repository", "service"}),
    "events": frozenset({"models", "repository", "service"}),
}
"""Room to the rooms of its own context that it must not import: service → repository → models, and two leaves."""

PRIVATE: Final = frozenset({"models", "repository"})
"""Rooms that nobody outside of their context imports, functions included: no data access in a handler."""

READERS: Final = frozenset({"infra"})
"""Packages that may look into every room: they build, seed and show the shop, and nothing imports them."""


@dataclass(frozen=True, slots=True)
class Address:
    """A module of the business: its context and its room. Deeper modules belong to the room that they are in.

    A context whose schemas are more than one file may name them for their subjects (``goods_schemas``): all of them
    are its room ``schemas``.
    """

    context: str
    room: str

    @classmethod
    def of(cls, module: str, package: str, contexts: frozenset[str]) -> Address | None:
        """Return the address of ``module``; ``None`` for what belongs to no context.

        Example
        -------
        >>> Address.of("pushcart.orders.service", "pushcart", frozenset({"orders"}))
        Address(context='orders', room='service')
        """
        parts = module.split(".")
        if parts[0] != package or len(parts) < 2 or parts[1] not in contexts:
            return None
        room = parts[2] if len(parts) > 2 else "__init__"
        return cls(parts[1], "schemas" if room.endswith("_schemas") else room)


def contexts_of(graph: ImportGraph, package: str) -> frozenset[str]:
    """Return the names of the packages directly below ``package``: modules without children are shared pages."""
    return frozenset(child.split(".")[1] for child in graph.find_children(package) if graph.find_children(child))


def refuse(importer: Address | None, imported: Address | None) -> str | None:
    """Return why an import is against the rules, or ``None`` when it is not.

    Parameters
    ----------
    importer, imported
        The two ends; ``None`` for a module outside of all contexts.
    """
    if imported is None:
        return None
    if importer is None:
        return f"{imported.room} is private to {imported.context}" if imported.room in PRIVATE else None
    if importer.context == imported.context:
        inside = FORBIDDEN_INSIDE.get(importer.room, frozenset())
        return f"{importer.room} must not import {imported.room}" if imported.room in inside else None
    if importer.room != "service":
        return f"only service may import another context, and this is {importer.room}"
    if imported.room not in {"service"} | LEAVES:
        return f"{importer.context} may use {imported.context} only through its service"
    return None


def violations(graph: ImportGraph, package: str) -> Iterator[tuple[str, str, str]]:
    """Yield importer, imported and reason of every import that breaks a rule, in alphabetical order."""
    contexts = contexts_of(graph, package)
    for importer in sorted(graph.modules):
        if importer.partition(".")[0] in READERS:
            continue
        here = Address.of(importer, package, contexts)
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if reason := refuse(here, Address.of(imported, package, contexts)):
                yield importer, imported, reason


class RoomsContract(Contract):
    """``type = "rooms"`` in pyproject.toml, with the ``package`` that holds the contexts."""

    type_name = "rooms"
    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = list(violations(graph, str(self.package)))
        return ContractCheck(kept=not found, metadata={"violations": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        broken: list[tuple[str, str, str]] = _read(check.metadata)
        for importer, imported, reason in broken:
            output.print_error(f"{importer} imports {imported}: {reason}", bold=False)


def _read(metadata: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(importer, imported, reason) for importer, imported, reason in metadata["violations"]]
