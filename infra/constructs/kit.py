"""What every stack is handed: the shop, its names and settings, and the builder of its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from infra.names import Names
from infra.packaging.functions import build_functions
from infra.packaging.layers import LayerBuilder
from infra.packaging.runtime import Runtime
from infra.settings import StageSettings
from infra.shop import Shop


@dataclass(slots=True, kw_only=True)
class Kit:
    """One synthesis: every stack is built from the same kit."""

    shop: Shop
    names: Names
    layers: LayerBuilder
    _code: dict[Path, Path] = field(default_factory=dict)

    @property
    def settings(self) -> StageSettings:
        return self.names.settings

    @property
    def runtime(self) -> Runtime:
        return self.layers.runtime

    def code(self, source: Path) -> Path:
        """Return the zip of the function at ``source``; the first call compiles all functions at once."""
        if not self._code:
            sources = [self.shop.source(function) for function in self.shop.functions]
            self._code.update(build_functions(sources, runtime=self.runtime))
        return self._code[source]
