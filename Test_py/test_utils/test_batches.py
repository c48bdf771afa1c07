"""Workers that take a whole batch: one piece of work, of which single events may fail."""

from __future__ import annotations

from typing import Any

import pytest

from pushcart.queues import search
from Test_py.test_utils.test_worker import failures, record
from utils.batches import Batch, batches
from utils.declarations import QueueWorker


def test_all_of_a_batch_comes_at_once(aws: None) -> None:
    seen: list[list[int]] = []

    def deal(batch: Batch) -> None:
        """Deal."""
        seen.append([message.data["number"] for message in batch.messages])

    worker = batches(search)(deal)
    assert failures(worker({"Records": [record(number) for number in (3, 1, 2)]}, None)) == []
    assert seen == [[3, 1, 2]]


def test_an_event_that_fails_is_named_each_time_that_it_came(aws: None) -> None:
    def deal(batch: Batch) -> None:
        """Deal."""
        batch.fail(batch.messages[0])

    worker = batches(search)(deal)
    told = worker({"Records": [record(1, event_id="evt_x"), record(2), record(3, event_id="evt_x")]}, None)
    assert failures(told) == ["m-1", "m-3"]


def test_what_is_no_event_fails_and_the_others_are_dealt_with(aws: None) -> None:
    seen: list[str] = []

    def deal(batch: Batch) -> None:
        """Deal."""
        seen.extend(message.id for message in batch.messages)

    worker = batches(search)(deal)
    told = worker({"Records": [record(1, body="{"), record(2), record(3, body="{}")]}, None)
    assert (failures(told), seen) == (["m-1", "m-3"], ["evt_2"])


def test_a_worker_that_raises_has_all_of_it_again(aws: None, caplog: pytest.LogCaptureFixture) -> None:
    def deal(_: Batch) -> None:
        """Deal."""
        raise KeyError("broken")

    worker = batches(search)(deal)
    assert failures(worker({"Records": [record(1), record(2)]}, None)) == ["m-1", "m-2"]
    assert any(getattr(one, "exception_name", "") == "KeyError" for one in caplog.records)


def test_it_declares_a_worker_that_may_receive() -> None:
    def deal(_: Batch) -> None:
        """Deal with it."""

    declaration: Any = batches(search, timeout_seconds=60)(deal).declaration
    assert isinstance(declaration, QueueWorker)
    assert (declaration.uses, declaration.timeout_seconds) == ((search.receive,), 60)
    assert search.visibility_seconds >= 6 * declaration.timeout_seconds
