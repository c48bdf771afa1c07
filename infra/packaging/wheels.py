"""Installs a lock's wheels for the target platform, with pip alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from infra.packaging.runtime import Runtime

_NOT_NEEDED_IN_LAMBDA: Final = (
    "*.dist-info",
    "*.egg-info",
    "bin",
    "__pycache__",
    "tests",
    "*.pyi",
    "py.typed",
    "*.c",
    "*.h",
    "*.pxd",
    "*.pyx",
    "*.map",
)
_NEVER_IMPORTED: Final = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/streaming",
    "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
    "pydantic/mypy.py",
    "pydantic/v1",
)
"""Parts of locked packages that no function uses: a resolver with its Swagger UI, a second pydantic, a zone file."""


class InstallationFailed(RuntimeError):
    """pip could not install the lock for the target."""


def install_lock(lock: Path, target: Path, *, runtime: Runtime) -> None:
    """Install every wheel of ``lock`` into ``target`` and drop what Lambda does not read.

    ``--no-deps``: pip judges environment markers by the interpreter that runs it, so the lock is already resolved for
    the target. ``--require-hashes``: nothing comes in that the lock does not name.

    Raises
    ------
    InstallationFailed
        With pip's last words; most often a package has no wheel for the platform.
    """
    platforms = [option for tag in runtime.wheel_platforms for option in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    target_options = ["--target", str(target), "--python-version", runtime.version, "--implementation", "cp"]
    rules = ["--only-binary=:all:", "--no-deps", "--no-compile", "--require-hashes", "--requirement", str(lock)]
    outcome = subprocess.run(
        [*command, *target_options, *platforms, *rules], capture_output=True, text=True, check=False
    )
    if outcome.returncode != 0:
        raise InstallationFailed(f"pip cannot install {lock} for {runtime.name}: {outcome.stderr.strip()[-1500:]}")
    drop_unneeded(target)


def drop_unneeded(target: Path) -> None:
    """Remove metadata, headers, type stubs and tests of installed packages, and the parts that nothing imports."""
    unneeded = [path for pattern in _NOT_NEEDED_IN_LAMBDA for path in target.rglob(pattern)]
    for path in [*unneeded, *(target / part for part in _NEVER_IMPORTED)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
