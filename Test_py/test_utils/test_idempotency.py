"""Idempotency-Key: one effect, the same bytes, and nothing secret kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils import aws, sealing
from utils.envelope import Answer
from utils.idempotency import guard
from utils.transaction import Transaction

BODY = {"id": "jam", "content": 3}


def table_items() -> list[dict[str, Any]]:
    from utils.ephemeral import ephemeral

    items: list[dict[str, Any]] = aws.call("dynamodb", "Scan", TableName=ephemeral.physical_name)["Items"]
    return items


def records() -> list[dict[str, Any]]:
    return [item for item in table_items() if item["pk"]["S"].startswith("IDEM#")]


def test_a_required_key_that_is_missing_is_told(lab: Api) -> None:
    reply = lab.post("/lab/jars", json=BODY)
    assert (reply.status, reply.codes) == (400, ["IDEMPOTENCY_KEY_REQUIRED"])


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ä"])
def test_a_malformed_key_is_told(lab: Api, key: str) -> None:
    reply = lab.post("/lab/jars", json=BODY, key=key)
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])


def test_a_replay_is_the_same_bytes_and_says_so(lab: Api) -> None:
    first = lab.post("/lab/jars", json=BODY, key="k-1")
    again = lab.post("/lab/jars", json=BODY, key="k-1")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


def test_the_token_in_an_answer_is_not_kept(lab: Api) -> None:
    token = lab.post("/lab/jars", json=BODY, key="k-1").data["token"]
    assert sealing.verify(token, "jar", "jam")
    assert token not in str(table_items())
    assert token.partition(".")[2] not in str(table_items())


def test_another_body_under_the_key_is_422(lab: Api) -> None:
    lab.post("/lab/jars", json=BODY, key="k-1")
    reply = lab.post("/lab/jars", json={**BODY, "content": 4}, key="k-1")
    assert (reply.status, reply.codes) == (422, ["IDEMPOTENCY_KEY_REUSED"])


def test_keys_are_the_callers_own(lab: Api) -> None:
    lab.post("/lab/jars", json=BODY, key="k-1", token="usr_1 customer")
    other = lab.post("/lab/jars", json={"id": "tea", "content": 1}, key="k-1", token="usr_2 customer")
    guest = lab.post("/lab/jars", json={"id": "oil", "content": 1}, key="k-1", cart_token="c-1")
    far = lab.post("/lab/jars", json={"id": "rye", "content": 1}, key="k-1", source_ip="192.0.2.7")
    assert [other.status, guest.status, far.status] == [201, 201, 201]


def test_a_refusal_is_kept_too(lab: Api) -> None:
    lab.post("/lab/jars", json=BODY, key="k-1")
    refused = lab.post("/lab/jars", json=BODY, key="k-2")
    lab.delete("/lab/jars/jam", token="usr_2 admin")
    again = lab.post("/lab/jars", json=BODY, key="k-2")
    assert (refused.status, again.status, again.body) == (409, 409, refused.body)
    missing = lab.post("/lab/jars", json={"id": "lost", "content": 1}, key="k-3")
    assert (missing.status, len(records())) == (404, 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"id": "jam"}, 400), ({"id": "busy", "content": 1}, 503), ({"id": "broken", "content": 1}, 500)],
)
def test_what_may_succeed_later_is_not_kept(lab: Api, body: dict[str, Any], status: int) -> None:
    assert lab.post("/lab/jars", json=body, key="k-1").status == status
    assert records() == []
    assert lab.post("/lab/jars", json=BODY, key="k-1").status == 201


def test_a_key_lapses_after_24_hours_though_its_item_is_still_there(lab: Api, clock: Clock) -> None:
    lab.post("/lab/jars", json=BODY, key="k-1")
    clock.shift(timedelta(hours=23))
    assert lab.post("/lab/jars", json=BODY, key="k-1").headers.get("idempotent-replayed") == "true"
    clock.shift(timedelta(hours=2))
    late = lab.post("/lab/jars", json={"id": "tea", "content": 1}, key="k-1")
    assert (late.status, late.data["id"]) == (201, "tea")


def test_forty_calls_from_eight_threads_have_one_effect_and_equal_answers(lab: Api) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: lab.post("/lab/jars", json=BODY, key="k-1"), range(40)))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert sum("idempotent-replayed" not in reply.headers for reply in replies) == 1


def test_a_replay_outlives_the_key_that_its_request_was_known_by(lab: Api) -> None:
    first = lab.post("/lab/jars", json=BODY, key="k-1")
    secret_id = sealing.pepper.secret_id
    held = json.loads(aws.call("secretsmanager", "GetSecretValue", SecretId=secret_id)["SecretString"])
    rotated = json.dumps({**held, "2": "another key", "current": "2"})
    aws.call("secretsmanager", "PutSecretValue", SecretId=secret_id, SecretString=rotated, ClientRequestToken="r" * 32)
    sealing.forget()
    again = lab.post("/lab/jars", json=BODY, key="k-1")
    assert (again.status, again.body) == (201, first.body)
    other = lab.post("/lab/jars", json={**BODY, "content": 4}, key="k-1")
    assert (other.status, other.codes) == (422, ["IDEMPOTENCY_KEY_REUSED"])


def test_a_commit_whose_answer_was_lost_is_answered_by_the_next_try(lab: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Transaction.commit

    def lost(self: Transaction) -> None:
        commit(self)
        raise TimeoutError("the answer never came")

    monkeypatch.setattr(Transaction, "commit", lost)
    assert lab.post("/lab/jars", json=BODY, key="k-1").status == 500
    monkeypatch.undo()
    again = lab.post("/lab/jars", json=BODY, key="k-1")
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")


@pytest.mark.usefixtures("aws")
def test_an_answer_is_measured_as_dynamodb_does_in_bytes() -> None:
    held = guard("usr_1", "POST /lab/jars", "k-1", method="POST", path="/lab/jars", body=b"{}", money=False)
    held.record(Transaction(), Answer(201, "a" * 200_000))
    with pytest.raises(ValueError, match="400000 bytes"):
        held.record(Transaction(), Answer(201, "ä" * 200_000))


def test_a_key_on_a_route_that_only_accepts_one(lab: Api) -> None:
    lab.post("/lab/jars", json=BODY, key="k-1")
    replies = [lab.patch("/lab/jars/jam", json={"content": 1}, token="usr_1 customer", key="p-1") for _ in range(3)]
    assert {reply.data["content"] for reply in replies} == {4}
    assert lab.get("/lab/jars/jam").data["content"] == 4
