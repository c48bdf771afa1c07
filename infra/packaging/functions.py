"""A function's own asset: its one file, as bytecode."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from infra.packaging.archive import fingerprint, write_zip
from infra.packaging.bytecode import compile_tree
from infra.packaging.paths import BUILD
from infra.packaging.runtime import Runtime


def build_functions(sources: list[Path], *, runtime: Runtime, build: Path = BUILD) -> dict[Path, Path]:
    """Return the zip of each source, making those that are not there yet with one run of the compiler.

    Each zip holds ``<stem>.pyc`` and nothing else; its handler is ``<stem>.handler``.
    """
    folder = build / "functions"
    zips = {source: folder / f"{source.stem}-{_hash(source, runtime)}.zip" for source in sources}
    missing = [source for source in sources if not zips[source].exists()]
    if missing:
        with tempfile.TemporaryDirectory(prefix="pushcart-build-") as scratch:
            _compile_each(missing, Path(scratch), runtime)
            for source in missing:
                write_zip(Path(scratch) / source.stem, zips[source])
    return zips


def _compile_each(sources: list[Path], scratch: Path, runtime: Runtime) -> None:
    for source in sources:
        shutil.copy(source, scratch / source.name)
    compile_tree(scratch, runtime=runtime, shown_as="/var/task")
    for source in sources:
        (scratch / source.stem).mkdir()
        shutil.move(scratch / f"{source.stem}.pyc", scratch / source.stem)


def _hash(source: Path, runtime: Runtime) -> str:
    return fingerprint(parts=[runtime.version], files=[source], base=source.parent)
