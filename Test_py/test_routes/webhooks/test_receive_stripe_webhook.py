"""POST /webhooks/payments/stripe: signed over the raw bytes by any secret that is in use, read, and never believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.recorder import record
from pushcart import queues
from pushcart.payments.models import charge_of
from pushcart.payments.stripe_provider import book
from pushcart.payments.stripe_provider.notices import CONCERN
from Test_py.support import stripes
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.stripe_stand_in import WEBHOOK_SECRET, StandIn, signed
from utils.clock import now

KEY = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T:1"
INTENT = {"id": "pi_1", "object": "payment_intent", "metadata": {"charge_key": KEY}}


@pytest.fixture(autouse=True)
def taking(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    stripes.take_stripe(monkeypatch, "http://127.0.0.1:9")
    yield
    stripes.forget()


def waiting() -> list[dict[str, Any]]:
    """Return the commands that wait in the payments queue."""
    found = client("sqs").receive_message(
        QueueUrl=queues.payments.url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=0
    )
    return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def event(about: Any = INTENT, kind: str = "payment_intent.succeeded", event_id: str = "evt_1") -> Any:
    return StandIn().webhook(kind, about, event_id=event_id)


def test_an_event_has_its_attempt_looked_at(api: Api) -> None:
    with record() as calls:
        reply = stripes.send(api, event())
    assert (reply.status, reply.body) == (204, b"")
    assert [call.operation for call in calls] == ["GetSecretValue", "SendMessage"]
    [command] = waiting()
    order_id, payment_id = charge_of(KEY) or ("", "")
    assert (command["type"], command["aggregate"]) == ("payment.sync", order_id)
    assert command["data"] == {"order_id": order_id, "payment_id": payment_id}


@pytest.mark.parametrize("kind", sorted(CONCERN))
def test_each_kind_that_concerns_payments_is_taken(api: Api, kind: str) -> None:
    assert stripes.send(api, event(kind=kind)).status == 204
    assert len(waiting()) == 1


@pytest.mark.parametrize("kind", ["payout.paid", "customer.created", "payment_intent.created", "", "x" * 255])
def test_any_other_kind_is_taken_and_ignored(api: Api, kind: str) -> None:
    assert stripes.send(api, event(kind=kind)).status == 204
    assert waiting() == []


@pytest.mark.parametrize(
    "about",
    [
        {"id": "pi_mine", "object": "payment_intent", "metadata": {}},
        {"id": "re_1", "object": "refund", "payment_intent": "pi_mine", "metadata": None},
        {"id": "ch_1", "object": "charge", "payment_intent": "pi_mine"},
        {"id": "ch_1", "object": "charge", "payment_intent": "pi_mine", "metadata": {"charge_key": "somebody else's"}},
    ],
)
def test_what_carries_no_key_of_ours_is_found_by_its_payment_intent(api: Api, about: dict[str, Any]) -> None:
    key = stripes.attempt()
    book.remember(key, "pi_mine")
    assert stripes.send(api, event(about, "refund.created")).status == 204
    [command] = waiting()
    assert (command["aggregate"], command["data"]["payment_id"]) == charge_of(key)


@pytest.mark.parametrize(
    "about",
    [
        {"id": "pi_nobodys", "object": "payment_intent", "metadata": {}},
        {"id": "pi_nobodys", "object": "payment_intent", "metadata": {"charge_key": "ord_1:1"}},
        {"id": "ch_1", "object": "charge", "payment_intent": None, "metadata": {"charge_key": 7}},
        {"id": "ch_1", "object": "charge", "payment_intent": "never:x"},
        {"id": "ch_1", "object": "charge", "payment_intent": "pi_" + "x" * 300},
        {},
    ],
)
def test_what_is_none_of_ours_is_taken_and_ignored(api: Api, about: dict[str, Any]) -> None:
    assert stripes.send(api, event(about)).status == 204
    assert waiting() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"id": "evt_1", "type": "payment_intent.succeeded"}',
        b'{"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": []}}',
        b'{"id": 1, "type": "payment_intent.succeeded", "data": {"object": {}}}',
        b'{"id": "a b", "type": "payment_intent.succeeded", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "data": {"object": ' + b'{"a":' * 40 + b"1" + b"}" * 41,
    ],
)
def test_what_is_signed_and_makes_no_sense_is_told(api: Api, content: bytes) -> None:
    reply = stripes.send(api, signed(content))
    assert reply.status == 400
    assert set(reply.codes) <= {"MALFORMED_JSON", "VALIDATION_ERROR"}
    assert waiting() == []


def forgeries() -> dict[str, Any]:
    """Ways to come without a good signature: each makes headers and body of a good pair."""
    other = signed(b'{"id": "evt_2"}')

    def header(change: Any) -> Any:
        return lambda good: ({"stripe-signature": change(good[0]["stripe-signature"])}, good[1])

    return {
        "no signature": lambda good: ({}, good[1]),
        "another body": lambda good: (good[0], good[1].replace(b"9T:1", b"9T:2")),
        "one more space": lambda good: (good[0], good[1] + b" "),
        "another's signature": lambda good: (other[0], good[1]),
        "another secret": lambda good: signed(good[1], secret="whsec_stranger"),
        "an empty secret": lambda good: signed(good[1], secret=""),
        "not UTF-8": lambda good: (good[0], b"\xff\xfe"),
        "another time": header(lambda text: text.replace("t=", "t=1", 1)),
        "a time before": header(lambda text: f"t={int(now().timestamp())},{text}"),
        "no time": header(lambda text: text.partition(",")[2]),
        "text for a time": header(lambda text: "t=now," + text.partition(",")[2]),
        "a huge time": header(lambda text: f"t={'9' * 5000}," + text.partition(",")[2]),
        "a time of other digits": header(lambda text: "t=١٢٣," + text.partition(",")[2]),
        "a negative time": header(lambda text: "t=-1," + text.partition(",")[2]),
        "no code": header(lambda text: text.split(",")[0]),
        "an empty code": header(lambda text: text.split(",")[0] + ",v1="),
        "an older scheme": header(lambda text: text.replace("v1=", "v0=")),
        "a cut code": header(lambda text: text.split(",v0")[0][:-1]),
        "not ASCII": header(lambda text: text.split(",v0")[0] + "é"),
        "no pairs": header(lambda _: "nonsense"),
        "commas": header(lambda _: ",,,,"),
    }


@pytest.mark.parametrize("name", forgeries())
def test_what_stripe_did_not_sign_is_refused(api: Api, name: str) -> None:
    # Signed a while ago: its time is not the present one.
    good = signed(event()[1], moment=int(now().timestamp()) - 200)
    reply = stripes.send(api, forgeries()[name](good))
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert waiting() == []


@pytest.mark.parametrize(("minutes", "status"), [(4.9, 204), (-4.9, 204), (5.1, 401), (-5.1, 401), (60, 401)])
def test_a_signature_is_good_for_five_minutes(api: Api, clock: Clock, minutes: float, status: int) -> None:
    good = event()
    clock.shift(timedelta(minutes=minutes))
    assert stripes.send(api, good).status == status


def test_while_the_secret_is_rotated_both_are_good(api: Api, clock: Clock) -> None:
    def status(secret: str) -> int:
        return stripes.send(api, StandIn().webhook("payment_intent.succeeded", INTENT, secret=secret)).status

    key = {"api_key": "sk_test_standin"}
    stripes.put_credentials(key | {"webhook_secrets": ["whsec_new", WEBHOOK_SECRET]})
    assert (status("whsec_new"), status(WEBHOOK_SECRET)) == (204, 204)
    client("secretsmanager").put_secret_value(
        SecretId=queues.stripe.secret_id, SecretString=json.dumps(key | {"webhook_secrets": ["whsec_new"]})
    )
    clock.shift(61)
    assert (status("whsec_new"), status(WEBHOOK_SECRET)) == (204, 401)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"webhook_secrets": []},
        {"webhook_secrets": ["", " "]},
        "not JSON",
        "[]",
        {"api_key": "sk_test_1", "webhook_secrets": ["whsec_1"], "more": 1},
    ],
)
def test_a_shop_that_is_not_set_up_asks_stripe_to_come_again(
    api: Api, value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stripes.put_credentials(value)
    reply = stripes.send(api, event())
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert "whsec" not in reply.body.decode() + capsys.readouterr().out


def test_a_doubled_event_is_one_command(api: Api) -> None:
    for _ in range(5):
        assert stripes.send(api, event()).status == 204
    assert len(waiting()) == 1


def test_too_much_is_refused(api: Api) -> None:
    assert stripes.send(api, signed(b"x" * (257 * 1024))).status == 413
