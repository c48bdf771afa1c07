"""Which Python and which processor the code is built for.

Bytecode belongs to one minor version of Python, and a cold start without it takes four times as long
(docs/PERFORMANCE.md). So the runtime is the version that runs the build, unless ``-c runtime=`` asks for another.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Final, Literal

Architecture = Literal["arm64", "x86_64"]

SUPPORTED: Final = ("3.11", "3.12", "3.13", "3.14")
"""Python runtimes of Lambda: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""

_GLIBC_2_26_PLATFORMS: Final = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_26")
_GLIBC_2_34_PLATFORMS: Final = (*_GLIBC_2_26_PLATFORMS, "manylinux_2_27", "manylinux_2_28", "manylinux_2_34")
_WHEEL_MACHINE: Final[dict[Architecture, str]] = {"arm64": "aarch64", "x86_64": "x86_64"}


class UnusableRuntime(RuntimeError):
    """The runtime that was asked for cannot be built here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Lambda runtime and the interpreter that compiles for it."""

    version: str
    architecture: Architecture
    interpreter: str

    @property
    def name(self) -> str:
        """Lambda's name of it, such as ``python3.11``."""
        return f"python{self.version}"

    @property
    def wheel_platforms(self) -> tuple[str, ...]:
        """Platform tags of the wheels that run there.

        Up to 3.11 Lambda runs on Amazon Linux 2 (glibc 2.26), from 3.12 on Amazon Linux 2023 (glibc 2.34).
        """
        machine = _WHEEL_MACHINE[self.architecture]
        tags = _GLIBC_2_26_PLATFORMS if self.version == "3.11" else _GLIBC_2_34_PLATFORMS
        return tuple(f"{tag}_{machine}" for tag in tags)


def machine_architecture() -> Architecture:
    """Lambda's name for this machine's own processor."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def resolve_runtime(*, version: str | None, architecture: Architecture) -> Runtime:
    """Find the interpreter for ``version`` (``None``: the running one).

    Raises
    ------
    UnusableRuntime
        When Lambda has no such runtime, or when no interpreter of that version is installed here.

    Example
    -------
    >>> resolve_runtime(version="2.7", architecture="arm64")
    Traceback (most recent call last):
    ...
    infra.packaging.runtime.UnusableRuntime: Lambda has no runtime python2.7: choose one of 3.11, 3.12, 3.13, 3.14
    """
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = (version or running).removeprefix("python")
    if wanted not in SUPPORTED:
        raise UnusableRuntime(f"Lambda has no runtime python{wanted}: choose one of {', '.join(SUPPORTED)}")
    if wanted == running:
        return Runtime(wanted, architecture, sys.executable)
    return Runtime(wanted, architecture, _other_interpreter(wanted, running))


def _other_interpreter(wanted: str, running: str) -> str:
    found = shutil.which(f"python{wanted}")
    if found and _version_of(found) == wanted:
        return found
    raise UnusableRuntime(
        f"runtime python{wanted} needs python{wanted} on the PATH to compile for it: "
        f"install it, or leave out `-c runtime=` to build for python{running}"
    )


def _version_of(interpreter: str) -> str | None:
    """Ask the interpreter itself: a version manager's shim exists for versions that are not installed."""
    script = "import sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')"
    answer = subprocess.run([interpreter, "-c", script], capture_output=True, text=True, check=False, timeout=20)
    return answer.stdout.strip() if answer.returncode == 0 else None
