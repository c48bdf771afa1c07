"""Everything again: each product that is sold, and each that the index believes to be, is looked at anew.

Nothing is thrown away first, so that the search goes on finding meanwhile. The work itself goes through the queue, a
few products a message, like every other change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pushcart import queues
from pushcart.catalog import service as catalog
from pushcart.search.provider import index
from utils import aws, correlation
from utils.clock import now, rfc3339
from utils.errors import Unavailable
from utils.ids import new_id
from utils.messages import EventMessage

DUE: Final = "search.refresh_due"
PRODUCTS_A_MESSAGE: Final = 10
"""The queue's worker takes up to 50 messages at once: these are read within the time that it has."""
MESSAGES_A_CALL: Final = 10


def refresh_all() -> int:
    """Have every product looked at again, and return how many that are.

    A product that comes to be sold meanwhile is not missed: it has an event of its own.

    Raises
    ------
    Unavailable
        When the catalogue, the index or the queue cannot be reached.
    """
    sold = _all_sold()
    kept = _all_kept()
    every = sorted(sold | kept)
    ask_again(every)
    return len(every)


def ask_again(product_ids: Sequence[str]) -> None:
    """Put products into the search's own queue, to be looked at again.

    Raises
    ------
    Unavailable
        When the queue does not take them all.
    """
    for start in range(0, len(product_ids), PRODUCTS_A_MESSAGE * MESSAGES_A_CALL):
        some = product_ids[start : start + PRODUCTS_A_MESSAGE * MESSAGES_A_CALL]
        parts = [some[first : first + PRODUCTS_A_MESSAGE] for first in range(0, len(some), PRODUCTS_A_MESSAGE)]
        entries = [{"Id": str(number), "MessageBody": _message(part)} for number, part in enumerate(parts)]
        answer = aws.call("sqs", "SendMessageBatch", QueueUrl=queues.search.url, Entries=entries)
        if answer.get("Failed"):
            raise Unavailable


def _all_sold() -> set[str]:
    ids: set[str] = set()
    start: dict[str, Any] | None = None
    while True:
        page = catalog.active_ids(start)
        ids.update(page.items)
        start = page.last_key
        if start is None:
            return ids


def _all_kept() -> set[str]:
    ids: set[str] = set()
    after = ""
    while page := index().ids(after=after):
        ids.update(page)
        after = page[-1]
    return ids


def _message(product_ids: Sequence[str]) -> str:
    message = EventMessage(
        id=new_id("evt"),
        type=DUE,
        aggregate="search",
        sequence=0,
        occurred_at=rfc3339(now()),
        correlation_id=correlation.current(),
        data={"product_ids": list(product_ids)},
    )
    return message.model_dump_json()
