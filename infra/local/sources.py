"""Event sources: what AWS puts between a queue, a stream or a clock and the function that works on it.

Each source has ``poll()``: hand over at most one batch, without waiting, and say what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from utils.declarations import Loaded

Deliver = Callable[[Loaded, dict[str, Any]], Any]
"""Calls a function with an event and returns its answer. The seam at which tests double, reorder or drop."""

logger = logging.getLogger("local.pumps")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch that was handed over.

    Parameters
    ----------
    function
        Name of the worker.
    source
        Logical name of the queue, table or schedule.
    items
        Identifiers of the records: message ids, sequence numbers.
    failed
        Those among them that were not done.
    error
        What the function raised, if it did.
    """

    function: str
    source: str
    items: tuple[str, ...]
    failed: frozenset[str] = frozenset()
    error: BaseException | None = None


class Source(Protocol):
    """Something that a pump polls."""

    @property
    def name(self) -> str: ...

    def poll(self) -> Delivery | None:
        """Hand over one batch; ``None`` when nothing is there."""


def call(deliver: Deliver, loaded: Loaded, records: dict[str, dict[str, Any]], source: str) -> Delivery:
    """Hand ``records`` (by identifier, in order) to a worker and read its partial batch response.

    An exception, or an answer that cannot be read, fails them all.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
    """
    name, items = loaded.declaration.name, tuple(records)
    try:
        failed = failures(deliver(loaded, {"Records": list(records.values())}), frozenset(items))
    except Exception as error:
        logger.exception("%s failed on %d records of %s", name, len(items), source)
        return Delivery(name, source, items, frozenset(items), error)
    return Delivery(name, source, items, failed)


def failures(answer: Any, known: frozenset[str]) -> frozenset[str]:
    """Return the identifiers that a partial batch response names; all of them when it names an unknown one."""
    if not answer:
        return frozenset()
    try:
        named = frozenset(entry["itemIdentifier"] for entry in answer.get("batchItemFailures") or ())
    except (AttributeError, KeyError, TypeError):
        return known
    return named if named <= known else known
