"""Turns a tree of sources into bytecode alone.

The ``.pyc`` are unchecked-hash (PEP 552): the interpreter neither looks for a source nor compares times, so it does
not matter what times a zip gives them.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from infra.packaging.runtime import Runtime


class CompilationFailed(RuntimeError):
    """A source does not compile for the runtime."""


def compile_tree(folder: Path, *, runtime: Runtime, shown_as: str) -> None:
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

    Raises
    ------
    CompilationFailed
        With the compiler's own words.
    """
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    command = [runtime.interpreter, "-m", "compileall", "-q", "-f", "-b", "--invalidation-mode", "unchecked-hash"]
    outcome = subprocess.run(
        [*command, "-s", str(folder), "-p", shown_as, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONHASHSEED": "0"},
    )
    if outcome.returncode != 0:
        raise CompilationFailed(f"{runtime.name} cannot compile {shown_as}: {outcome.stdout or outcome.stderr}".strip())
    for source in list(folder.rglob("*.py")):
        source.unlink()
