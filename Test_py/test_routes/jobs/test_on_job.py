"""The `jobs` queue: a job goes on from where it was left, whoever died, and ends once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.lambda_context import invoke
from infra.local.recorder import Touch, granted, record
from pushcart import queues, tables
from pushcart.accounts.repository import privacy
from pushcart.accounts.service import erasing
from pushcart.jobs import service
from pushcart.jobs.models import JobItem
from pushcart.jobs.service import Step
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import events, items
from Test_py.support.client import Api
from Test_py.support.jobs import asked, deliver, jobs, record_of, waiting
from Test_py.support.outbox import only, relayed
from Test_py.support.privacy import ADDRESS, TRACES, everything_held, known_person, put_back
from Test_py.support.shopkeeping import stored
from utils.declarations import Loaded
from utils.messages import EventMessage
from utils.transaction import Transaction


@pytest.fixture
def worker(functions: list[Loaded]) -> Loaded:
    return only(functions, "on_job")[0]


def test_a_message_that_comes_again_is_no_second_job(api: Api, functions: list[Loaded], worker: Loaded) -> None:
    _, found = asked(api, functions, "DELETE", "/api/v1/users/me")
    assert all(deliver(worker, found) for _ in range(3))
    assert len(events("user.erased")) == 1
    (job,) = jobs()
    assert (job.status, int(job.done), int(job.total)) == ("succeeded", len(erasing.STEPS), len(erasing.STEPS))


def test_work_that_is_left_after_a_while_goes_on_in_another_message(
    api: Api, functions: list[Loaded], worker: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SLICE_SECONDS", 0)
    _, found = asked(api, functions, "DELETE", "/api/v1/users/me")
    messages, seen = 0, set[str]()
    while found:
        assert deliver(worker, found)
        messages, seen = messages + 1, seen | {found["messageId"]}
        relayed(functions)
        found = next((one for one in waiting() if one["messageId"] not in seen), {})
    assert messages == len(erasing.STEPS)
    assert [trace for trace in TRACES if trace in everything_held()] == []
    sequences = [int(one["sequence"]["N"]) for one in items(tables.events, "AGG#job_")]
    assert sorted(sequences) == list(range(1, messages + 1))


def test_what_comes_while_an_erasure_is_under_way_is_erased_with_the_rest(
    api: Api, functions: list[Loaded], worker: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Much is erased in many transactions, and until the sessions are gone an access token lasts."""
    monkeypatch.setattr(erasing, "PAGE", 2)
    ada, found = asked(api, functions, "DELETE", "/api/v1/users/me")
    remove, added = privacy.remove_parts, list[int]()

    def add_one(tx: Transaction, parts: Any) -> None:
        remove(tx, parts)
        tx.commit()
        if not added:
            added.append(api.post("/api/v1/users/me/addresses", json=ADDRESS, token=ada.token).status)

    monkeypatch.setattr(privacy, "remove_parts", add_one)
    assert deliver(worker, found)
    assert added == [201]
    assert [trace for trace in TRACES if trace in everything_held()] == []


def test_an_export_that_comes_after_the_end_of_its_account_writes_nothing(
    api: Api, functions: list[Loaded], worker: Loaded
) -> None:
    ada, export = asked(api, functions, "POST", "/api/v1/users/me/data-export")
    assert api.delete("/api/v1/users/me", token=ada.token).status == 202
    assert deliver(worker, export)
    assert items(tables.accounts, f"USER#{ada.id}", "EXPORT") == []


def test_a_job_that_fails_every_time_says_so_and_a_redrive_takes_it_up(
    api: Api, functions: list[Loaded], worker: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found = asked(api, functions, "DELETE", "/api/v1/users/me")
    with monkeypatch.context() as broken:
        broken.setitem(erasing._DO, "carts", lambda *_: 1 / 0)
        assert not deliver(worker, found, receives=1)
        assert [job.status for job in jobs()] == ["running"]
        assert not deliver(worker, found, receives=queues.jobs.max_receives)
    (job,) = jobs()
    assert (job.status, job.errors) == ("failed", [{"code": "FAILED", "message": "ZeroDivisionError"}])
    assert deliver(worker, found)
    assert [job.status for job in jobs()] == ["succeeded"]


def test_a_message_about_no_job_ends_among_the_dead_letters(worker: Loaded, aws: None) -> None:
    body = {
        "id": "evt_1", "type": "job.queued", "aggregate": "job_none", "sequence": 1, "occurred_at": "2026-01-01",
        "correlation_id": "c", "data": {"kind": "erasure"},
    }  # fmt: skip
    assert not deliver(worker, record_of(body, 1))


def test_a_kind_that_nobody_can_do_is_told(aws: None) -> None:
    tx = Transaction()
    job = service.queue_job(tx, kind="nothing", title="t", subject="s", owner_id="o")
    tx.commit()
    message = EventMessage(
        id="evt_1", type="job.queued", aggregate=job.id, sequence=1, occurred_at="x", correlation_id="c", data={}
    )
    with pytest.raises(service.UnknownJob):
        service.perform(message, {"other": lambda *_: Step(1, 1)}, last_try=False)
    assert stored(JobItem.key_of(job.id)).status == "queued"


def test_who_was_erased_stays_so_after_a_restore(api: Api, cloud: Shop) -> None:
    ada, _ = known_person(api)
    backup = items(tables.accounts, f"USER#{ada.id}") + items(tables.accounts, "EMAIL#")
    backup = [raw for raw in backup if ada.id in json.dumps(raw)]
    before = ada_asked = api.delete("/api/v1/users/me", token=ada.token)
    assert ada_asked.status == 202
    cloud.pumps.drain()
    put_back(backup)
    assert TRACES[0] in everything_held()
    assert list(erasing.replay("2020-01-01T00:00:00.000Z")) == [ada.id]
    assert list(erasing.replay("2999-01-01T00:00:00.000Z")) == []
    cloud.pumps.drain()
    assert [trace for trace in TRACES if trace in everything_held()] == []
    assert before.data["id"] in {job.id for job in jobs()}
    assert {job.status for job in jobs()} == {"succeeded"}


def test_a_restore_does_not_take_an_address_from_whom_it_belongs_to_now(api: Api, cloud: Shop) -> None:
    ada, _ = known_person(api)
    profile = items(tables.accounts, f"USER#{ada.id}", "PROFILE")
    api.delete("/api/v1/users/me", token=ada.token)
    cloud.pumps.drain()
    newcomer = people.customer(api, ada.email)
    put_back(profile)
    assert list(erasing.replay("2020-01-01T00:00:00.000Z")) == [ada.id]
    cloud.pumps.drain()
    assert people.log_in(api, newcomer.email).status == 200
    assert {job.status for job in jobs()} == {"succeeded"}


def test_the_policy_is_what_jobs_call(api: Api, functions: list[Loaded], worker: Loaded) -> None:
    person, _ = known_person(api)
    touches = list[Touch]()
    for method, path in (("POST", "/api/v1/users/me/data-export"), ("DELETE", "/api/v1/users/me")):
        assert api.request(method, path, token=person.token).status == 202
        relayed(functions)
        found = waiting()
        with record() as calls:
            for one in found:
                invoke(worker, {"Records": [one]})
        touches += calls.touches
    called = {touch for touch in touches if touch.action.startswith("dynamodb:")}
    allowed = {touch for touch in granted(worker.declaration) if touch.action.startswith("dynamodb:")}
    assert called == allowed
