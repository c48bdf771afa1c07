"""Keeping the sums: each event is added once to the generation that is shown, and to the one that is being made."""

from __future__ import annotations

from pushcart.reports import repository
from pushcart.reports.service.sums import additions
from utils.messages import EventMessage


def project(event: EventMessage) -> None:
    """Add an event to the sums. A second delivery, or the rebuild that was here before, adds nothing.

    Events may come in any order, since sums only grow by what each says it did.
    """
    if not additions("", event):
        return
    kept = repository.generations()
    for generation in filter(None, (kept.current, kept.next)):
        repository.count(generation, event.id, additions(generation, event))
