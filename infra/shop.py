"""Everything that is declared, gathered once for the stacks: the functions and the resources that they use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.local.provision import Resources
from infra.packaging.paths import ROOT
from utils.declarations import Authorizer, Declaration, Route, Scheduled, StreamWorker


class UnfinishedShop(RuntimeError):
    """The declarations cannot make an API, and the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What is to be deployed. Tests give small ones; :meth:`declared` reads the real one."""

    functions: tuple[Declaration, ...]
    resources: Resources
    root: Path = ROOT

    @classmethod
    def declared(cls) -> Shop:
        """Return the shop that ``functions/`` and the pages of ``layers/pushcart`` declare."""
        from utils.discovery import discover

        return cls(functions=tuple(loaded.declaration for loaded in discover()), resources=Resources.declared())

    @property
    def authorizer(self) -> Authorizer:
        """The one function that says who calls.

        Raises
        ------
        UnfinishedShop
            When there is none, or more than one.
        """
        found = [function for function in self.functions if isinstance(function, Authorizer)]
        if len(found) != 1:
            raise UnfinishedShop(f"exactly one @authorizer is needed, and functions/ declares {len(found)}")
        return found[0]

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts that have routes or workers, each of which becomes a stack."""
        return tuple(sorted({function.context for function in self.functions if not isinstance(function, Authorizer)}))

    def of_context(self, context: str) -> tuple[Declaration, ...]:
        """Return the routes and workers of ``context``."""
        return tuple(
            function
            for function in self.functions
            if function.context == context and not isinstance(function, Authorizer)
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route."""
        return tuple(function for function in self.functions if isinstance(function, Route))

    @property
    def stream_workers(self) -> tuple[StreamWorker, ...]:
        """Every reader of a table's stream."""
        return tuple(function for function in self.functions if isinstance(function, StreamWorker))

    @property
    def has_schedules(self) -> bool:
        """Whether anything runs by the clock."""
        return any(isinstance(function, Scheduled) for function in self.functions)

    def source(self, function: Declaration) -> Path:
        """Return the one file of ``function``."""
        return self.root / function.file
