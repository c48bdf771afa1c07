"""Making all sums anew from the events, beside the ones that are shown, and showing them when they are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from pushcart.outbox import service as outbox
from pushcart.reports import repository
from pushcart.reports.models import GenerationsItem
from pushcart.reports.service.sums import additions
from utils.clock import now
from utils.ids import ulid
from utils.messages import EventMessage


def rebuild(since: date, report: Callable[[date, int], None]) -> tuple[str, str]:
    """Read every event from ``since`` on, add it to a new generation of sums, and show that one.

    While this runs, the worker adds what happens to both generations, so nothing is missed, and nothing is added
    twice: each generation notes the events that are in it. After a crash, run it again: it goes on with the
    generation that it had begun.

    Parameters
    ----------
    since
        No later than the day of the shop's first event.
    report
        Told each day, and how many of its events were new to the generation.

    Returns
    -------
    tuple
        The generation that is shown now, and the one that was until then.
    """
    kept = _begin()
    former, made = str(kept.current), str(kept.next)
    last = now().date()
    # The index tells of an event a moment after it was written: the last two days are read again when all is done.
    for day in (*_days(since, last), last - timedelta(days=1), now().date()):
        report(day, sum(repository.count(made, one.id, additions(made, one)) for one in _events_of(day, made)))
    repository.announce_next(repository.generations(), None, current=made)
    return made, former


def _begin() -> GenerationsItem:
    kept = repository.generations()
    if not kept.next:
        repository.announce_next(kept, ulid())
    return kept


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _events_of(day: date, generation: str) -> Iterator[EventMessage]:
    start = None
    while True:
        page = outbox.of_day(day.isoformat(), start=start)
        yield from (event for event in page.items if additions(generation, event))
        start = page.last_key
        if start is None:
            return
