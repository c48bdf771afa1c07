"""``@schedule``: declares work that the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from utils import startup
from utils.declarations import Package, Scheduled
from utils.naming import name_and_context
from utils.resources import Grant
from utils.worker import Worker, observed


def schedule(
    *,
    every_minutes: int,
    uses: Sequence[Grant] = (),
    packages: Sequence[Package] = (),
    memory_mb: int = 512,
    timeout_seconds: int = 30,
) -> Callable[[Callable[[], None]], Worker]:
    """Declare work that is started every ``every_minutes``; it may be started twice or late, and must not mind."""

    def declare(function: Callable[[], None]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = Scheduled(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=tuple(uses),
            packages=tuple(packages),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            every_minutes=every_minutes,
        )

        def handle(_: dict[str, Any], __: Any) -> None:
            with observed(name):
                function()

        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare
