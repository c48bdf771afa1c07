"""Notes every AWS call of every function, whoever calls it: the gateway, a queue, a stream, a clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from infra.local.lambda_context import invoke
from infra.local.recorder import Call, Touch, record
from Test_py.support.accounts import forget_what_is_kept
from utils.declarations import Loaded


@dataclass(slots=True)
class Observer:
    """Stands between the gateway or the pumps and the functions.

    ``fresh`` makes each invocation one of a new process, which asks for the pepper and the public keys again.
    """

    fresh: bool = True
    calls: dict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    invocations: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        name = loaded.declaration.name
        if self.fresh:
            forget_what_is_kept()
        self.invocations[name] += 1
        with record() as calls:
            try:
                return invoke(loaded, event)
            finally:
                self.calls[name] += calls.made

    def touches(self, name: str) -> set[Touch]:
        """Return what IAM was asked to allow a function."""
        return {touch for call in self.calls[name] for touch in call.touches}
