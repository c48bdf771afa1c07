"""The `mail` queue: what people are told about their account, in whose words, and what is in no event, note or log."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.lambda_context import invoke
from infra.local.recorder import record
from pushcart import queues, tables
from pushcart.accounts import events as announced
from pushcart.accounts import tickets
from pushcart.accounts.repository import people
from pushcart.notifications.templates import LETTERS
from pushcart.notifications.templates.letter import Link
from Test_py.support.accounts import items
from Test_py.support.clock import Clock
from Test_py.support.letters import invited, letters, link_in
from Test_py.support.outbox import happen, messages, only
from utils import aws
from utils.declarations import Loaded
from utils.errors import Unavailable
from utils.ids import new_id
from utils.transaction import Transaction

pytestmark = pytest.mark.usefixtures("aws")
ADA = "ada@example.org"
STOREFRONT = "http://127.0.0.1:8000/_console/storefront"
PLAIN: dict[str, dict[str, Any]] = {
    "session.revoked": {"session_id": "ses_1", "reason": "refresh_reused"},
    "sign_in.unusual": {"session_id": "ses_1", "signals": ["new_device", "impossible_speed"]},
    "user.data_exported": {"job_id": "job_1"},
    "user.email_verified": {},
    "user.identity_linked": {"provider": "acme", "made": False},
    "user.mfa_disabled": {},
    "user.mfa_enabled": {},
    "user.password_changed": {},
    "user.registration_attempted": {"ticket": None},
    "user.welcomed": {},
}
"""Events that need no ticket, and what else they say."""
LINKED = {
    "user.invited": ("invite", "/reset-password"),
    "user.password_reset_requested": ("reset", "/reset-password"),
    "user.registered": ("verify", "/verify-email"),
    "user.registration_attempted": ("verify", "/verify-email"),
    "user.verification_requested": ("verify", "/verify-email"),
}


@pytest.fixture
def worker(functions: list[Loaded]) -> Loaded:
    return only(functions, "on_mail_due")[0]


@pytest.fixture
def ada() -> str:
    """Somebody with an account, whose name is meant to do harm."""
    return invited(ADA, name="Free gift at http://evil.example <b>now</b>")


def record_of(kind: str, data: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
    body = {
        "id": event_id or new_id("evt"), "type": kind, "aggregate": data.get("user_id", "x"), "sequence": 1,
        "occurred_at": "2026-11-20T13:28:10.154Z", "correlation_id": "-", "data": data,
    }  # fmt: skip
    return {
        "messageId": new_id("msg"), "receiptHandle": "r", "body": json.dumps(body), "messageAttributes": {},
        "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs",
    }  # fmt: skip


def tell(worker: Loaded, kind: str, **data: Any) -> None:
    assert invoke(worker, {"Records": [record_of(kind, data)]}) == {"batchItemFailures": []}


def ticket(purpose: tickets.Purpose, user_id: str) -> str:
    tx = Transaction()
    name = tickets.issue(tx, purpose, user_id)
    tx.commit()
    return name


def change_profile(user_id: str, **attributes: Any) -> None:
    (profile,) = items(tables.accounts, f"USER#{user_id}", "PROFILE")
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile | attributes)


def notes() -> list[dict[str, Any]]:
    return [{name: next(iter(one.values())) for name, one in item.items()} for item in items(tables.work, "NOTE#")]


def test_there_are_words_for_every_event_that_the_queue_hears_and_for_no_other() -> None:
    told = {kind for kind in queues.mail.subscribes if kind.startswith(("session.", "sign_in.", "user."))}
    assert set(LETTERS) == told
    assert set(PLAIN) | set(LINKED) == set(LETTERS)


@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_each_event_is_told_once_to_its_owner(worker: Loaded, ada: str, kind: str) -> None:
    event = {"Records": [record_of(kind, {"user_id": ada, **PLAIN[kind]})]}
    for _ in range(2):
        assert invoke(worker, event) == {"batchItemFailures": []}
    (mail,) = letters(ADA)
    assert (mail.sender, mail.subject) == (queues.mailer.sender, LETTERS[kind].subject)
    (note,) = notes()
    assert (note["kind"], note["owner_id"], note["status"]) == (kind, ada, "sent")


@pytest.mark.parametrize("kind", sorted(LINKED))
def test_a_link_bears_the_token_of_its_ticket_in_the_fragment(worker: Loaded, ada: str, kind: str) -> None:
    purpose, path = LINKED[kind]
    name = ticket(purpose, ada)  # type: ignore[arg-type]
    tell(worker, kind, user_id=ada, ticket=name)
    token = tickets.token_of(purpose, name)  # type: ignore[arg-type]
    assert link_in(path, ADA) == f"{STOREFRONT}{path}#token={token}"
    (mail,) = letters(ADA)
    assert f'href="{STOREFRONT}{path}#token={token}"' in str(mail.html)
    tx = Transaction()
    assert tickets.accept(tx.read_one(tickets.key_of(token)), purpose).user_id == ada  # type: ignore[arg-type]


class Page(HTMLParser):
    """Collects the links and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"html", "head", "meta", "title", "body", "h1", "p", "a"}
        self.links += [str(value) for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


@pytest.mark.parametrize(("kind", "linked"), [*((kind, False) for kind in PLAIN), *((kind, True) for kind in LINKED)])
def test_both_forms_say_the_same_and_nothing_that_a_stranger_typed(
    worker: Loaded, ada: str, kind: str, linked: bool
) -> None:
    data = {"ticket": ticket(LINKED[kind][0], ada)} if linked else PLAIN[kind]  # type: ignore[arg-type]
    tell(worker, kind, user_id=ada, **data)
    (mail,) = letters(ADA)
    page = Page(str(mail.html))
    text = str(mail.text)
    for paragraph in text.strip().split("\n\n"):
        for line in paragraph.splitlines():
            assert line.removesuffix(":") in page.said or line in page.links
    assert all(link.startswith(f"{STOREFRONT}/") for link in page.links)
    assert "evil" not in text + str(mail.html) + mail.subject
    assert "$" not in text + str(mail.html)
    assert bool(page.links) == any(isinstance(part, Link) for part in LETTERS[kind].parts)
    assert ("#token=tkt_" in text) == linked


def test_when_and_why_is_said_in_words(worker: Loaded, ada: str) -> None:
    tell(worker, "sign_in.unusual", user_id=ada, session_id="ses_1", signals=["new_device", "from_the_future"])
    (mail,) = letters(ADA)
    assert "on 2026-11-20 at 13:28 UTC from a device or a network" in str(mail.text)
    assert "from_the_future" not in str(mail.text)


def test_of_a_session_that_ends_only_theft_is_told(worker: Loaded, ada: str) -> None:
    quiet = set(announced.Ending.__args__) - {"refresh_reused"}  # type: ignore[attr-defined]
    with record() as calls:
        for reason in sorted(quiet):
            tell(worker, "session.revoked", user_id=ada, session_id="ses_1", reason=reason)
    assert (letters(ADA), notes()) == ([], [])
    assert [call.operation for call in calls] == ["PutItem"] * len(quiet), "the inbox, and nothing is read"


@pytest.mark.parametrize(
    "gone",
    [{"disabled": {"BOOL": True}}, {"deleted_at": {"S": "2026-01-02"}}, {"erased_at": {"S": "2026-01-02"}}],
    ids=["disabled", "deleted", "erased"],
)
@pytest.mark.parametrize("kind", ["user.password_changed", "user.password_reset_requested"])
def test_nobody_is_written_to_whose_account_is_gone(worker: Loaded, ada: str, gone: dict[str, Any], kind: str) -> None:
    change_profile(ada, **gone)
    tell(worker, kind, user_id=ada, ticket="tkt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T.v1")
    assert letters(ADA) == []
    assert [(note["status"], note["owner_id"]) for note in notes()] == [("skipped", ada)]


def test_an_account_that_is_not_there_is_skipped(worker: Loaded) -> None:
    tell(worker, "user.welcomed", user_id=people.NOBODY)
    assert [note["status"] for note in notes()] == ["skipped"]


@pytest.mark.parametrize("kind", ["user.registered", "user.verification_requested"])
def test_nobody_is_asked_to_verify_what_is_verified(worker: Loaded, ada: str, kind: str) -> None:
    change_profile(ada, email_verified={"BOOL": True})
    tell(worker, kind, user_id=ada, ticket=ticket("verify", ada))
    assert letters(ADA) == []
    assert [note["status"] for note in notes()] == ["skipped"]


def test_a_verified_owner_is_told_of_an_attempt_without_a_link_to_verify(worker: Loaded, ada: str) -> None:
    name = ticket("verify", ada)
    change_profile(ada, email_verified={"BOOL": True})
    tell(worker, "user.registration_attempted", user_id=ada, ticket=name)
    (mail,) = letters(ADA)
    assert mail.subject == "Somebody tried to register with your address"
    assert "token" not in str(mail.text)


def test_a_crash_between_sending_and_noting_costs_one_more_copy_and_no_more(
    worker: Loaded, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"Records": [record_of("user.welcomed", {"user_id": ada})]}
    call, left = aws.call, ["TransactWriteItems"]

    def crash_once(service: str, operation: str, **parameters: Any) -> Any:
        if operation in left:
            left.remove(operation)
            raise Unavailable
        return call(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", crash_once)
    assert len(invoke(worker, event)["batchItemFailures"]) == 1
    assert (len(letters(ADA)), notes()) == (1, [])
    for _ in range(2):
        assert invoke(worker, event) == {"batchItemFailures": []}
    assert (len(letters(ADA)), len(notes())) == (2, 1)


def test_no_token_and_nothing_personal_is_anywhere_but_in_the_mail(
    worker: Loaded, functions: list[Loaded], ada: str, clock: Clock, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Also where SES refuses the mail until the message is with the dead letters."""
    from infra.local.pumps import Pumps

    name = ticket("reset", ada)
    token = tickets.token_of("reset", name)
    happen("user.password_reset_requested", new_id("rst"), data={"user_id": ada, "ticket": name})
    pumps = Pumps([*only(functions, "relay_events"), worker])

    class Refusing:
        def send(self, mail: Any) -> str:
            raise RuntimeError(f"Address is not verified: {mail.to} {mail.text}")

    with monkeypatch.context() as patched:
        patched.setattr("pushcart.notifications.service.sending._mailer", Refusing())
        for _ in range(queues.mail.max_receives + 1):
            pumps.drain()
            clock.shift(queues.mail.visibility_seconds + 1)
    (dead,) = messages(queues.mail, dead=True)
    printed = capsys.readouterr()
    for place in (json.dumps(dead), printed.out + printed.err, json.dumps(items(tables.events)), json.dumps(notes())):
        for secret in (token, token.rpartition(".")[2], ADA, "evil.example"):
            assert secret not in place
    assert "RuntimeError" in printed.out


def test_each_mail_costs_one_read_one_mail_and_one_write(worker: Loaded, ada: str) -> None:
    tell(worker, "user.welcomed", user_id=ada)
    with record() as calls:
        tell(worker, "user.password_reset_requested", user_id=ada, ticket=ticket("reset", ada))
    ours = [call.operation for call in calls]
    assert ours == ["PutItem", "BatchGetItem", "SendEmail", "TransactWriteItems"], "the first is the test's own ticket"
