"""Mail by SES: what it is handed, and that a late answer is not a second copy."""

from __future__ import annotations

import pytest
from botocore.exceptions import ReadTimeoutError

from infra.local.recorder import record
from pushcart import queues
from pushcart.notifications.mailer import Mail, SesMailer, ascii_domain
from Test_py.support.clock import Clock
from Test_py.support.mailbox import mails
from utils import aws
from utils.errors import Unavailable

pytestmark = pytest.mark.usefixtures("aws")
MAIL = Mail("ada@example.org", "Größe", "words", "<p>words</p>")


def test_both_forms_go_out_from_the_shops_sender() -> None:
    with record() as calls:
        sent = SesMailer(queues.mailer).send(MAIL)
    (call,) = calls
    assert sent
    assert (call.service, call.operation) == ("sesv2", "SendEmail")
    assert call.parameters["FromEmailAddress"] == queues.mailer.sender
    assert call.parameters["Destination"] == {"ToAddresses": ["ada@example.org"]}
    simple = call.parameters["Content"]["Simple"]
    assert (simple["Subject"]["Data"], simple["Body"]["Text"]["Data"]) == ("Größe", "words")
    assert simple["Body"]["Html"] == {"Data": "<p>words</p>", "Charset": "UTF-8"}
    assert [mail.destinations["ToAddresses"] for mail in mails()] == [["ada@example.org"]]


def test_a_late_answer_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def late(*_: object) -> None:
        tries.append("sent")
        raise ReadTimeoutError(endpoint_url="https://email.eu-central-1.amazonaws.com")

    monkeypatch.setattr(aws.client("sesv2")._endpoint, "_get_response", lambda *_: (None, late_error()))

    def late_error() -> Exception:
        try:
            late()
        except ReadTimeoutError as error:
            return error
        raise AssertionError

    with pytest.raises(Unavailable):
        SesMailer(queues.mailer).send(MAIL)
    assert tries == ["sent"]


@pytest.mark.parametrize(
    ("address", "sent"),
    [("ada@example.org", "ada@example.org"), ("ada@bücher.example", "ada@xn--bcher-kva.example")],
)
def test_a_domain_in_any_script_is_sent_in_ascii(address: str, sent: str) -> None:
    assert ascii_domain(address) == sent


def test_while_ses_is_away_nobody_waits_for_it_and_half_a_minute_later_one_tries(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    asked: list[str] = []
    real = aws.call

    def away(service: str, operation: str, **_: object) -> dict[str, object]:
        asked.append(operation)
        raise Unavailable

    monkeypatch.setattr(aws, "call", away)
    for _ in range(8):
        with pytest.raises(Unavailable):
            SesMailer(queues.mailer).send(MAIL)
    assert asked == ["SendEmail"] * 5
    monkeypatch.setattr(aws, "call", real)
    clock.shift(31)
    assert SesMailer(queues.mailer).send(MAIL)
    assert SesMailer(queues.mailer).send(MAIL)
    assert len(mails()) == 2


def test_a_mail_that_ses_refuses_says_nothing_of_ses(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = aws.Refusal({"Error": {"Code": "MessageRejected", "Message": "no"}}, "SendEmail")
    with monkeypatch.context() as refusing:
        refusing.setattr(aws.client("sesv2"), "_make_api_call", lambda *_: (_ for _ in ()).throw(refusal))
        for _ in range(9):
            with pytest.raises(aws.Refusal):
                SesMailer(queues.mailer).send(MAIL)
    assert SesMailer(queues.mailer).send(MAIL)
