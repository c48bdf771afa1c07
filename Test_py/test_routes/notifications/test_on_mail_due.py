"""The `mail` queue: an order's confirmation, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.lambda_context import invoke
from infra.local.moto_tables import stored_items
from infra.local.pumps import Pumps
from infra.local.recorder import record
from pushcart import queues, tables
from pushcart.orders.models import ContactItem, NumberItem, OrderItem
from Test_py.support.clock import Clock
from Test_py.support.mailbox import mails
from Test_py.support.outbox import happen, messages, only, relayed
from utils import aws
from utils.declarations import Loaded
from utils.errors import Unavailable
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")
ORDER = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
TIME = "2026-01-02T03:04:05.000Z"


def order(email: str | None = "ada@example.org", *, currency: str = "EUR", title: str = "T-shirt, red, M") -> None:
    """Put a confirmed order with its contact; without an address, the contact was erased."""
    key = OrderItem.key_of(ORDER)
    payment = {
        "id": "pay_1", "provider": "sandbox", "status": "captured", "amount": 3998, "currency": currency,
        "captured": 3998, "refunded": 0, "next_action": None, "failure_code": None, "created_at": TIME,
        "updated_at": TIME, "version": 1,
    }  # fmt: skip
    line = {"sku": "TEE-M", "title": title, "quantity": 2, "unit_price": 1999, "total": 3998}
    item = OrderItem(
        key.pk, key.sk, id=ORDER, number="7Q2M4KX9R", cart_id="crt_1", customer_id="usr_1", currency=currency,
        lines=[line], totals={"subtotal": 3998, "discount": 0, "shipping": 0, "tax": 0, "total": 3998},
        status="confirmed", payment_status="captured", fulfillment_status="unfulfilled", payment=payment,
        held_until=TIME, sequence=3, status_shard="confirmed#0", placed_at=TIME, created_at=TIME, updated_at=TIME,
    )  # fmt: skip
    tx = Transaction()
    tx.put(item)
    if email is not None:
        contact = ContactItem.key_of(ORDER)
        tx.put(ContactItem(contact.pk, contact.sk, email=email))
    number = NumberItem.key_of("7Q2M4KX9R")
    tx.put(NumberItem(number.pk, number.sk, order_id=ORDER))
    tx.commit()


def confirmed(functions: list[Loaded]) -> None:
    """Let the event of it reach the queue."""
    happen("order.confirmed", ORDER, 3)
    relayed(functions)


def notes() -> list[dict[str, Any]]:
    items = stored_items(tables.work)
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in items]


@pytest.fixture
def worker(functions: list[Loaded]) -> Loaded:
    return only(functions, "on_mail_due")[0]


def work(worker: Loaded) -> None:
    Pumps([worker]).drain()


def test_a_confirmed_order_is_confirmed_by_mail(functions: list[Loaded], worker: Loaded) -> None:
    order()
    confirmed(functions)
    with record() as calls:
        work(worker)
    (mail,) = mails()
    assert mail.destinations["ToAddresses"] == ["ada@example.org"]
    assert mail.source == queues.mailer.sender
    assert mail.subject == "Your order 7Q2M4KX9R is confirmed"
    for said in ("7Q2M4KX9R", "T-shirt, red, M", "2", "19.99 EUR", "39.98 EUR"):
        assert said in mail.body
    ours = [call.operation for call in calls if call.service in {"dynamodb", "sesv2"}]
    assert ours == ["BatchGetItem", "SendEmail", "TransactWriteItems"]


def test_what_was_sent_is_noted_without_anything_personal(functions: list[Loaded], worker: Loaded) -> None:
    order()
    confirmed(functions)
    work(worker)
    (note,) = notes()
    assert (note["kind"], note["about"], note["owner_id"], note["status"]) == (
        "order.confirmed", ORDER, "usr_1", "sent",
    )  # fmt: skip
    assert note["pk"] == f"NOTE#{note['id']}"
    assert note["id"].startswith("ntf_")
    assert note["provider_id"]
    assert "ada" not in json.dumps(note)


def test_a_second_delivery_sends_no_second_copy(functions: list[Loaded], worker: Loaded) -> None:
    order()
    confirmed(functions)
    records = messages(queues.mail)
    event = {"Records": [_record(message) for message in records * 3]}
    assert invoke(worker, event) == {"batchItemFailures": []}
    assert invoke(worker, event) == {"batchItemFailures": []}
    assert (len(mails()), len(notes())) == (1, 1)


def test_a_crash_between_sending_and_noting_costs_one_more_copy_and_no_more(
    functions: list[Loaded], worker: Loaded, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order()
    confirmed(functions)
    call, left = aws.call, ["TransactWriteItems"]

    def crash_once(service: str, operation: str, **parameters: Any) -> Any:
        if operation in left:
            left.remove(operation)
            raise Unavailable
        return call(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", crash_once)
    work(worker)
    assert (len(mails()), notes()) == (1, [])
    clock.shift(queues.mail.visibility_seconds + 1)
    work(worker)
    assert (len(mails()), len(notes())) == (2, 1)
    clock.shift(queues.mail.visibility_seconds + 1)
    work(worker)
    assert len(mails()) == 2


def test_mail_that_is_not_taken_is_tried_again(
    functions: list[Loaded], worker: Loaded, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order()
    confirmed(functions)
    with monkeypatch.context() as patched:
        patched.setattr("pushcart.notifications.service.sending._mailer", _Refusing())
        work(worker)
    assert (mails(), notes()) == ([], [])
    clock.shift(queues.mail.visibility_seconds + 1)
    work(worker)
    assert len(mails()) == 1


class _Refusing:
    def send(self, _: object) -> str:
        raise Unavailable


def test_amounts_are_shown_by_their_currency(functions: list[Loaded], worker: Loaded) -> None:
    order(currency="JPY")
    confirmed(functions)
    work(worker)
    assert "3,998 JPY" in mails()[0].body


def test_a_title_cannot_become_markup(functions: list[Loaded], worker: Loaded) -> None:
    order(title='<img src=x onerror="alert(1)">')
    confirmed(functions)
    with record() as calls:
        work(worker)
    (sent,) = [call for call in calls if call.operation == "SendEmail"]
    assert "<img" not in sent.parameters["Content"]["Simple"]["Body"]["Html"]["Data"]


def test_an_erased_contact_is_written_to_no_more(functions: list[Loaded], worker: Loaded) -> None:
    order(email=None)
    confirmed(functions)
    work(worker)
    assert mails() == []
    assert [note["status"] for note in notes()] == ["skipped"]


def test_a_poison_message_is_with_the_dead_letters_after_exactly_five_receives(
    functions: list[Loaded], worker: Loaded, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    order()
    for sequence in range(1, 10):
        happen("order.confirmed", ORDER, sequence)
    happen("order.confirmed", "ord_missing", 1)
    relayed(functions)
    tries: list[str] = []

    def deliver(loaded: Loaded, event: dict[str, Any]) -> Any:
        tries.extend(json.loads(record["body"])["aggregate"] for record in event["Records"])
        return invoke(loaded, event)

    pumps = Pumps([worker], deliver=deliver)
    for _ in range(8):
        pumps.drain()
        clock.shift(queues.mail.visibility_seconds + 1)
    pumps.drain()
    assert (tries.count("ord_missing"), tries.count(ORDER)) == (5, 9)
    (dead,) = messages(queues.mail, dead=True)
    assert dead["Body"]["aggregate"] == "ord_missing"
    assert len(mails()) == 9
    assert "NothingToSay" in capsys.readouterr().out


def test_an_event_that_nobody_has_words_for_is_a_failure(worker: Loaded) -> None:
    body = {
        "id": "evt_1", "type": "order.exploded", "aggregate": ORDER, "sequence": 1, "occurred_at": TIME,
        "correlation_id": "-", "data": {},
    }  # fmt: skip
    answer = invoke(worker, {"Records": [_record({"Body": body, "MessageId": "m1"})]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": "r",
        "body": json.dumps(message["Body"]),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
