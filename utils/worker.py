"""The Lambda handler of whatever is no route, and the log line of its work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from utils import correlation
from utils.declarations import Declaration
from utils.log import log_exception, logger
from utils.messages import Message
from utils.metrics import measured


@dataclass(slots=True)
class Worker:
    """The Lambda handler of a worker."""

    declaration: Declaration
    function: Callable[[dict[str, Any], Any], Any]

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        return self.function(event, context)


class observed:  # noqa: N801 - used as a function, in a with statement
    """One log line for a piece of work, with its stack when it fails; a failure goes on."""

    def __init__(self, work: str) -> None:
        self._fields: dict[str, Any] = {"work": work}
        self._started = time.perf_counter()

    def concerns(self, message: Message) -> None:
        """Say which message this is about, and take up its correlation id."""
        correlation.begin(message.correlation_id, "-")
        self._fields |= {"event_id": message.id, "event_type": message.type}

    def __enter__(self) -> Self:
        correlation.begin(None, "-")
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is not None:
            log_exception("failed", error, **self._fields)
        latency = (time.perf_counter() - self._started) * 1000
        logger.info("work", extra={**measured(latency_ms=latency, failed=error is not None), **self._fields})
