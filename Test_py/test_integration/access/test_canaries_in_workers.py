"""Work that fails until it is a dead letter: what it was about is in no log, message, event or dead letter."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from pushcart import queues, tables
from pushcart.payments.sandbox import Sandbox
from Test_py.conftest import Shop
from Test_py.reliability.flows import PAST_VISIBILITY
from Test_py.reliability.seam import Proceed, standing
from Test_py.support import people, shopping
from Test_py.support.accounts import items
from Test_py.support.canaries import Harvest
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.outbox import messages
from Test_py.support.privacy import known_person
from utils.declarations import Declaration, Loaded, QueueWorker

CARD = "tok_4242424242424242"
API = "/api/v1"
WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"})


@pytest.fixture
def harvest() -> Harvest:
    return Harvest()


@pytest.fixture
def working() -> list[Declaration]:
    """Whoever works at the moment, at the end."""
    return []


@pytest.fixture
def busy(cloud: Shop, harvest: Harvest, working: list[Declaration]) -> Shop:
    """A shop with work of every kind in its queues: mails with tokens, a payment, an export, an erasure."""

    def call(loaded: Loaded, event: dict[str, Any]) -> Any:
        working.append(loaded.declaration)
        return harvest(loaded, event)

    shop = cloud.connect(call)
    api = Api(shop.gateway)
    shopping.shelve("CANARY-1")
    ada, _ = known_person(api)
    gone = people.customer(api)
    assert api.post(f"{API}/auth/password/forgot", json={"email": ada.email}).status == 202
    assert api.post(f"{API}/users/me/data-export", token=ada.token, key="export").status == 202
    assert api.delete(f"{API}/users/me", token=gone.token).status == 202
    shopping.buy(api, "CANARY-1", payment_token=CARD)
    return shop


def exhaust(shop: Shop, clock: Clock) -> None:
    """Hand everything out again until nobody is left to try."""
    for _ in range(max(queue.max_receives for queue in queues.QUEUES) + 1):
        shop.pumps.drain()
        clock.shift(PAST_VISIBILITY)


def held(harvest: Harvest, lines: str) -> int:
    """Hold all places against what was noted; return how many dead letters there are."""
    assert not harvest.found_in(lines), "in the logs"
    assert not harvest.found_in(str([call.parameters for call in harvest.sent])), "in messages"
    assert not harvest.found_in(str(items(tables.events))), "in events"
    dead = [letter for queue in queues.QUEUES for letter in messages(queue, dead=True)]
    assert not harvest.found_in(str(dead)), "in dead letters"
    return len(dead)


def test_a_provider_that_breaks_with_a_card_in_its_words(
    busy: Shop, harvest: Harvest, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(_: Sandbox, *, token: str, **asked: Any) -> None:
        raise RuntimeError(f"cannot charge {token}: {asked}")

    monkeypatch.setattr(Sandbox, "charge", break_)
    exhaust(busy, clock)
    lines = capsys.readouterr().out
    assert "cannot charge [redacted]" in lines
    assert CARD in harvest.secrets
    assert held(harvest, lines)


def test_a_mail_service_that_refuses_with_the_mail_in_its_words(
    busy: Shop, harvest: Harvest, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if operation != "SendEmail":
            return proceed()
        text = parameters["Content"]["Simple"]["Body"]["Text"]["Data"]
        link = next((line for line in text.splitlines() if "#token=" in line), "")
        message = f"Address {parameters['Destination']} is not verified: {link}"
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": message}}, operation)

    with standing(fault):
        exhaust(busy, clock)
    lines = capsys.readouterr().out
    assert "is not verified" in lines
    assert "#[redacted]" in lines
    assert harvest.kinds["mailed token"]
    assert held(harvest, lines) >= 2


def test_work_that_breaks_whenever_it_writes(
    busy: Shop, harvest: Harvest, working: list[Declaration], clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if isinstance(working[-1], QueueWorker) and operation in WRITES:
            raise RuntimeError(f"cannot {operation}, for {sorted(harvest.people['e-mail address'])} with {CARD}")
        return proceed()

    with standing(fault):
        exhaust(busy, clock)
    lines = capsys.readouterr().out
    assert lines.count('"error":"cannot') > 5
    buried = held(harvest, lines)
    assert buried >= 2
    with capsys.disabled():
        print(f"\n{harvest.planted} planted, {buried} dead letters, none found")
