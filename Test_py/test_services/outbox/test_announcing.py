"""Announcing: an event is part of the transaction that it tells of."""

from __future__ import annotations

import pytest

from pushcart import queues
from pushcart.outbox.models import EventItem
from pushcart.outbox.relay import message_of
from pushcart.outbox.repository import PENDING, mark_published
from pushcart.outbox.service import Target, announce, history
from Test_py.support.outbox import happen, pending
from utils import correlation
from utils.errors import Unavailable
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")


def test_nothing_is_written_before_the_commit() -> None:
    tx = Transaction()
    announce(tx, aggregate="ord_1", sequence=1, type="order.placed", data={})
    assert pending() == []
    tx.commit()
    assert len(pending()) == 1


def test_a_sequence_that_is_taken_is_worth_another_try_and_loses_nothing() -> None:
    happen("order.placed", "ord_1", 1, data={"total": 1})
    with pytest.raises(Unavailable):
        happen("order.cancelled", "ord_1", 1, data={"total": 2})
    assert [event.type for event in history("ord_1", limit=10).items] == ["order.placed"]


def test_a_history_is_in_order_and_in_pages() -> None:
    for sequence in range(1, 13):
        happen("order.changed", "ord_1", sequence)
    happen("order.placed", "ord_2", 1)
    first = history("ord_1", limit=5)
    rest = history("ord_1", limit=10, start=first.last_key)
    assert [int(event.sequence) for event in (*first.items, *rest.items)] == list(range(1, 13))
    assert rest.last_key is None


def test_an_event_holds_what_consumers_need_and_how_it_came_about() -> None:
    correlation.begin("request-0001", "-")
    happen("payment.due", "ord_1", 4, targets=[Target(queues.payments)], on_topic=False, data={"payment_id": "pay_1"})
    tx = Transaction()
    event = tx.read_one(EventItem.key_of("ord_1", 4))
    assert (event.targets, event.on_topic, event.pending_shard) == ([["payments", 0]], "no", PENDING)
    assert event.trace is None, "not sampled"
    message = message_of(event)
    assert message.id.startswith("evt_")
    assert (message.type, message.aggregate, message.sequence) == ("payment.due", "ord_1", 4)
    assert (message.correlation_id, message.data) == ("request-0001", {"payment_id": "pay_1"})
    assert event.day_shard == f"DAY#{message.occurred_at[:10]}#0"


def test_marking_twice_changes_nothing_and_marking_what_is_not_there_is_refused() -> None:
    happen("order.placed", "ord_1", 1)
    mark_published(EventItem.key_of("ord_1", 1))
    mark_published(EventItem.key_of("ord_1", 1))
    assert pending() == []
    with pytest.raises(Unavailable):
        mark_published(EventItem.key_of("ord_1", 2))
