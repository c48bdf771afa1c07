"""Commands that the payments queue takes for one, and those that it must not."""

from __future__ import annotations

import pytest

from infra.local.clients import client
from pushcart import queues
from pushcart.payments.service.commands import enqueue
from utils.messages import EventMessage

ORDER = "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
LONG = "x" * 100


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("commands", "kept"),
    [
        ([("now", "pay_1"), ("now", "pay_1")], 1),
        ([("now", "pay_1"), ("now", "pay_2")], 2),
        ([("now", "pay_1"), ("later", "pay_1")], 2),
        ([(f"sandbox-{LONG}1", "pay_1"), (f"sandbox-{LONG}2", "pay_1")], 2),
    ],
)
def test_only_what_says_the_same_is_dropped(commands: list[tuple[str, str]], kept: int) -> None:
    """Two attempts of one order may both be open, and the reconciler asks after both in the same minute."""
    for once, payment_id in commands:
        enqueue("payment.sync", ORDER, once=once, payment_id=payment_id)
    taken = client("sqs").receive_message(QueueUrl=queues.payments.url, MaxNumberOfMessages=10)["Messages"]
    told = [EventMessage.model_validate_json(message["Body"]).data["payment_id"] for message in taken]
    assert len(told) == kept
    assert set(told) == {payment_id for _, payment_id in commands}
