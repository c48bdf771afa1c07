"""The sweep: one run of a flow, of which a copy goes wrong at every call.

The copy is a fork of this process at that very call. It fails there, lives the flow through to its end and judges it,
while the run itself waits and then goes on unharmed: what came before a call is not done again for each of them.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from Test_py.reliability.faults import CrashAt, LoseAnswer
from Test_py.reliability.seam import Fault, Proceed

READS = {"GetItem", "BatchGetItem", "Query", "GetSecretValue", "GetPublicKey"}
MOST_TOLD = 100_000
Faults = Callable[[str], Sequence[tuple[str, Fault]]]


def crashes(operation: str) -> Sequence[tuple[str, Fault]]:
    """Crash before and after a call, twice over. After a read is before whatever comes next."""
    before, after = CrashAt(1, "before"), CrashAt(1, "after")
    return [("crash before", before)] if operation in READS else [("crash before", before), ("crash after", after)]


def lost_answers(operation: str) -> Sequence[tuple[str, Fault]]:
    """Carry a write out, and lose its answer."""
    return [] if operation in READS else [("answer lost of", LoseAnswer(1))]


def all_faults(operation: str) -> Sequence[tuple[str, Fault]]:
    """Crash before and after any call, and lose its answer."""
    return [
        ("crash before", CrashAt(1, "before")),
        ("crash after", CrashAt(1, "after")),
        ("answer lost of", LoseAnswer(1)),
    ]


@dataclass(slots=True)
class Sweep:
    """Stands at the seam. In the run, ``fault`` is ``None``; in a copy, it is what goes wrong from its call on."""

    faults: Faults
    calls: int = 0
    points: int = 0
    broken: list[str] = field(default_factory=list)
    fault: Fault | None = None
    _tell: int = -1

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if self.fault is not None:
            return self.fault(operation, parameters, proceed)
        self.calls += 1
        for name, fault in self.faults(operation):
            self.points += 1
            heard, self._tell = os.pipe()
            if (copy := os.fork()) == 0:
                # To collect would touch, and so copy, all of the memory that the two still share.
                gc.disable()
                self.fault = fault
                return fault(operation, parameters, proceed)
            os.close(self._tell)
            self._hear(copy, heard, f"{name} call {self.calls} ({operation})")
        return proceed()

    def finish(self, error: BaseException | None) -> None:
        """End a copy here, and let the run hear of its ``error``; in the run itself, do nothing."""
        if self.fault is not None:
            said = b"" if error is None else f"{type(error).__name__}: {error}".encode()[:MOST_TOLD] or b"?"
            while said:
                said = said[os.write(self._tell, said) :]
            os._exit(0)

    def _hear(self, copy: int, heard: int, what: str) -> None:
        with os.fdopen(heard, encoding="utf-8", errors="replace") as pipe:
            said = pipe.read()
        _, status = os.waitpid(copy, 0)
        if said or status:
            self.broken.append(f"{what}: {said or f'the copy ended with {status}'}")


@contextmanager
def swept(faults: Faults) -> Iterator[Sweep]:
    """Hand out a fault to stand at the seam, each copy of which must come to the end of the block in peace.

    Raises
    ------
    AssertionError
        When a copy did not, or when no call was made.

    Example
    -------
    >>> with swept(crashes) as sweep:  # doctest: +SKIP
    ...     with standing(sweep):
    ...         act()
    ...     check()
    """
    made = Sweep(faults)
    try:
        yield made
    except BaseException as error:
        made.finish(error)
        raise
    made.finish(None)
    assert made.points, "no call was made"
    assert not made.broken, made.broken[0]
