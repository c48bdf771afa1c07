"""The layers: `dependencies` (the lock), `shared` (pushcart and utils) and small extra ones for heavy packages.

Each is a zip below ``.build/layers``, named by the hash of everything that it is made of, so a second synthesis finds
it and makes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from infra.packaging.archive import files_below, fingerprint, write_zip
from infra.packaging.botocore_data import cut_botocore_data
from infra.packaging.bytecode import compile_tree
from infra.packaging.deferred_imports import defer_imports
from infra.packaging.paths import BUILD, LAYERS, LOCK, ROOT
from infra.packaging.runtime import Runtime
from infra.packaging.wheels import install_lock

DEPENDENCIES: Final = "dependencies"
SHARED: Final = "shared"
STATIC: Final = "static"
"""A folder inside an extra layer's: its files land in ``/opt/<layer>``."""

_IN_LAMBDA: Final = "/opt/python"
_SHARED_PACKAGES: Final = (LAYERS / "pushcart", ROOT / "utils")
_TERSE: Final = ("aws_lambda_powertools", "botocore", "dateutil", "jmespath", "pydantic_core", "pynamodb", "urllib3")
"""Their docstrings weigh on memory and on a cold start. Not pydantic's: it makes many dataclasses, and one that has no
docstring has one made for it, which costs more."""
_RECIPE: Final = Path(__file__).parent


class UnbuildableLayer(RuntimeError):
    """A function names a package whose layer has nothing to be built from, or not everything yet."""


class LayerBuilder:
    """Builds layers for one runtime, or finds them built.

    Example
    -------
    >>> builder = LayerBuilder(resolve_runtime(version=None, architecture="arm64"))  # doctest: +SKIP
    >>> builder.build("dependencies")  # doctest: +SKIP
    PosixPath('.build/layers/dependencies-5d1f….zip')
    """

    def __init__(self, runtime: Runtime, *, build: Path = BUILD, report: Callable[[str], None] = print) -> None:
        self.runtime = runtime
        self._build = build / "layers"
        self._report = report

    def build(self, name: str) -> Path:
        """Return the zip of the layer ``name``.

        Raises
        ------
        UnbuildableLayer
            When there is neither ``layers/<name>/requirements.txt`` nor ``layers/<name>/static``, or a link in the
            latter points to a file that is still to be made.
        """
        if name == SHARED:
            return self._cached(name, self._sources(), self._fill_shared)
        folder = LAYERS / name
        inputs = [path for path in (folder / LOCK, *files_below(folder / STATIC)) if path.is_file()]
        if not inputs:
            raise UnbuildableLayer(f"layer {name}: {folder / LOCK} is missing; `make lock` writes it")
        for path in (folder / STATIC).rglob("*"):
            if not path.exists():
                raise UnbuildableLayer(f"layer {name}: {path.readlink()} is missing; `make openapi` writes it")
        return self._cached(name, inputs, lambda target: self._fill_third_party(name, target))

    def _cached(self, name: str, inputs: list[Path], fill: Callable[[Path], None]) -> Path:
        parts = (self.runtime.version, "" if name == SHARED else self.runtime.architecture)
        recipe = sorted(_RECIPE.glob("*.py"))
        target = self._build / f"{name}-{fingerprint(parts=parts, files=[*recipe, *inputs], base=ROOT)}.zip"
        if target.exists():
            return target
        self._report(f"building layer {name} for {self.runtime.name} {self.runtime.architecture} …")
        with _scratch() as folder:
            fill(folder)
            return write_zip(folder, target)

    def _fill_shared(self, target: Path) -> None:
        for package in _SHARED_PACKAGES:
            shutil.copytree(package, target / "python" / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        compile_tree(target / "python", runtime=self.runtime, shown_as=_IN_LAMBDA)

    def _fill_third_party(self, name: str, target: Path) -> None:
        lock, static = LAYERS / name / LOCK, LAYERS / name / STATIC
        if static.is_dir():
            shutil.copytree(static, target / name)
        if not lock.is_file():
            return
        python = target / "python"
        install_lock(lock, python, runtime=self.runtime)
        data = python / "botocore" / "data"
        if data.is_dir():
            cut_botocore_data(data)
        defer_imports(python)
        compile_tree(python, runtime=self.runtime, shown_as=_IN_LAMBDA, terse=_TERSE)

    @staticmethod
    def _sources() -> list[Path]:
        return sorted(_without_caches(path for package in _SHARED_PACKAGES for path in files_below(package)))


def _without_caches(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if "__pycache__" not in path.parts)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pushcart-build-") as folder:
        yield Path(folder)
