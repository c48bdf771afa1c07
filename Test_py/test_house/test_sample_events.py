"""The sample events: one for each function, current, and taken by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import Cloud
from infra.local.facts import facts
from infra.local.invoke import run
from infra.local.sample import complete, read_sample
from infra.local.seed import seed
from infra.sample_events import __main__ as command
from infra.sample_events.records import NoSample, message, queue_event
from Test_py.conftest import Shop
from Test_py.support import environment
from utils.declarations import Authorizer, Loaded, QueueWorker, Route
from utils.discovery import discover
from utils.messages import EventMessage, read_arrival
from utils.resources import Queue
from utils.schemas import read_json

FUNCTIONS = {loaded.declaration.name: loaded for loaded in discover()}
PLAUSIBLE = {"order_number": "7Q2M4KX9R", "totp_code": "287082"}
TAKEN = {200, 201, 202, 204, 303, 308}
NEEDS_A_PAYMENT = {"pay_order", "capture_payment", "void_payment"}
"""A conflict is their answer while the sample's payment goes on."""


def sample(loaded: Loaded) -> Path:
    return command.EVENTS / loaded.declaration.context / f"{loaded.declaration.name}.json"


def _plausible(match: re.Match[str]) -> str:
    return PLAUSIBLE.get(match[1]) or ("ada@example.org" if "email" in match[1] else f"a-{match[1]}")


def test_they_are_what_the_code_says() -> None:
    assert command.stale(command.samples(discover())) == [], "run `make openapi`"


def test_each_function_has_one() -> None:
    there = {path.relative_to(command.EVENTS).as_posix() for path in command.EVENTS.glob("*/*.json")}
    assert there == {f"{one.declaration.context}/{one.declaration.name}.json" for one in FUNCTIONS.values()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_is_one_that_its_function_reads(name: str) -> None:
    event, declaration = json.loads(sample(FUNCTIONS[name]).read_text()), FUNCTIONS[name].declaration
    if isinstance(declaration, QueueWorker):
        for record in event["Records"]:
            body = json.dumps(record["body"])
            # What S3 says of an object is no event of ours.
            read_arrival(body) if "Records" in record["body"] else EventMessage.model_validate_json(body)
    if isinstance(declaration, Route) and not declaration.raw and "body" in event and declaration.input:
        written = re.sub(r"\$\{(\w+)\}", _plausible, json.dumps(event["body"]))
        read_json(declaration.input, written.encode())


@pytest.fixture
def demo(cloud: Shop, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[Shop, dict[str, str]]]:
    shop = Cloud(cloud.functions, {}, cloud.gateway, cloud.pumps)
    seed(shop)
    yield cloud, facts(shop)
    capsys.readouterr()


@pytest.mark.integration
def test_each_is_taken_by_the_demo_shop(demo: tuple[Shop, dict[str, str]]) -> None:
    shop, known = demo
    authorizer = next(one for one in shop.functions if isinstance(one.declaration, Authorizer))
    refused: dict[str, Any] = {}
    before = environment.take()
    for loaded in shop.functions:
        # Some end what others need: each is tried on the shop as it was made.
        environment.restore(before)
        event = complete(read_sample(sample(loaded), known), loaded.declaration)
        route = loaded.declaration
        if isinstance(route, Route) and route.access.authorizer != "none":
            event["requestContext"]["authorizer"] = {"lambda": run(authorizer, event).answer["context"]}
        outcome = run(loaded, event)
        if outcome.error or not _taken(outcome.answer, route.name):
            refused[route.name] = outcome.error or outcome.answer
    assert refused == {}


def _taken(answer: Any, name: str) -> bool:
    if name == "not_found":
        return bool(answer["statusCode"] == 404)
    if name in NEEDS_A_PAYMENT:
        return answer["statusCode"] in {202, 409}
    if isinstance(answer, dict) and "statusCode" in answer:
        return answer["statusCode"] in TAKEN
    return not (answer or {}).get("batchItemFailures")


def test_a_queue_of_unknown_messages_asks_for_an_example() -> None:
    worker = QueueWorker(name="on_news", context="x", summary="", queue=Queue("news", subscribes=("news.made",)))
    with pytest.raises(NoSample, match="add an example of what queue news takes"):
        queue_event(worker)


def test_a_message_is_an_event() -> None:
    assert EventMessage.model_validate(message("order.placed")).type == "order.placed"


def test_the_command_writes_what_is_missing_and_removes_what_is_left_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left_over = tmp_path / "orders" / "gone.json"
    left_over.parent.mkdir()
    left_over.write_text("{}")
    assert command.main(["--check"], tmp_path) == 1
    assert "events/orders/gone.json is not what the code says" in capsys.readouterr().err
    assert left_over.exists()
    assert command.main([], tmp_path) == 0
    assert not left_over.exists()
    assert command.main(["--check"], tmp_path) == 0
    assert "current" in capsys.readouterr().out
