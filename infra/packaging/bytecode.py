"""Turns a tree of sources into bytecode alone.

The ``.pyc`` are unchecked-hash (PEP 552): the interpreter neither looks for a source nor compares times, so it does
not matter what times a zip gives them.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.packaging.runtime import Runtime


class CompilationFailed(RuntimeError):
    """A source does not compile for the runtime."""


def compile_tree(folder: Path, *, runtime: Runtime, shown_as: str, terse: Sequence[str] = ()) -> None:
    """Compile every ``.py`` below ``folder`` beside itself, then remove the sources.

    Parameters
    ----------
    folder
        Changed in place.
    runtime
        Its interpreter compiles.
    shown_as
        The path that tracebacks show in place of ``folder``, such as ``/opt/python``; it also keeps this machine's
        folders out of what is shipped.
    terse
        Packages directly below ``folder`` whose docstrings and assertions are left out (``python -OO``).

    Raises
    ------
    CompilationFailed
        With the compiler's own words.
    """
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    where = ["-s", str(folder), "-p", shown_as]
    _run_compiler(runtime, *where, str(folder), shown_as=shown_as)
    packages = [str(folder / name) for name in terse if (folder / name).is_dir()]
    if packages:
        _run_compiler(runtime, "-o", "2", *where, *packages, shown_as=shown_as)
    for source in list(folder.rglob("*.py")):
        source.unlink()


def _run_compiler(runtime: Runtime, *options: str, shown_as: str) -> None:
    command = [runtime.interpreter, "-m", "compileall", "-q", "-f", "-b", "--invalidation-mode", "unchecked-hash"]
    outcome = subprocess.run(
        [*command, *options], capture_output=True, text=True, check=False, env={"PYTHONHASHSEED": "0"}
    )
    if outcome.returncode != 0:
        raise CompilationFailed(f"{runtime.name} cannot compile {shown_as}: {outcome.stdout or outcome.stderr}".strip())
