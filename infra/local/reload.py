"""Takes changed code into the running process: the modules are dropped and imported again, and the data stays."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("functions", "layers/pushcart", "utils")
PACKAGES = ("functions", "pushcart", "utils")
HOLDS_DECLARATIONS = (
    "cloud",
    "console",
    "cors",
    "gateway",
    "key_touches",
    "lambda_context",
    "moto_tables",
    "payload",
    "provision",
    "provision_buckets",
    "pumps",
    "queue_source",
    "recorder",
    "routing",
    "sample",
    "schedule_source",
    "seed",
    "sources",
    "stream_source",
    "uploads",
)
"""Modules beside this one that look at declarations: they must know the new classes, not the old."""

Built = TypeVar("Built")
Snapshot = dict[str, tuple[int, int]]


def snapshot(root: Path = ROOT) -> Snapshot:
    """Return when each watched file was changed, and its size."""
    seen: Snapshot = {}
    for folder in WATCHED:
        for path in (root / folder).rglob("*.py"):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            seen[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return seen


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the paths that came, went or changed."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def rebuild(build: Callable[[], Built]) -> Built:
    """Run ``build`` on freshly imported code.

    Raises
    ------
    BaseException
        Whatever importing or building raises; the old modules are back in their places then.
    """
    dropped = _drop()
    importlib.invalidate_caches()
    try:
        return build()
    except BaseException:
        _drop()
        sys.modules.update(dropped)
        _rebind(dropped)
        raise


def _drop() -> dict[str, ModuleType]:
    mine = {f"{__package__}.{name}" for name in HOLDS_DECLARATIONS}
    names = [name for name in sys.modules if name.split(".")[0] in PACKAGES or name in mine]
    return {name: sys.modules.pop(name) for name in names}


def _rebind(modules: dict[str, ModuleType]) -> None:
    # `import a.b` finds b as an attribute of a, which the failed import may have replaced.
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)
