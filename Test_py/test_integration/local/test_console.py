"""The console: the mailbox and the clock; and that neither is ever deployed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from infra.local import moto_backend
from infra.local.clients import client
from infra.local.clock import Clock
from infra.local.console import Console
from infra.local.gateway import Gateway
from infra.local.payload import HttpRequest, HttpResponse
from infra.local.pumps import Pumps
from Test_py.test_integration.local.fakes import PLAIN, queue_worker, scheduled
from utils.clock import now
from utils.declarations import Route
from utils.discovery import discover

pytestmark = pytest.mark.usefixtures("aws")
JSON = {"accept": "application/json", "content-type": "application/json"}


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock()
    yield made
    made.stop()


def ask(console: Console, path: str, body: Any = None, method: str = "", **headers: str) -> HttpResponse:
    given = {"host": "127.0.0.1:8000", **JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    verb = method or ("GET" if body is None else "POST")
    return console.handle(HttpRequest(verb, path, "", tuple(given.items()), content, "127.0.0.1"))


@pytest.fixture
def console(clock: Clock) -> Console:
    return Console(Pumps([]), clock, Gateway([]))


def send_mail(subject: str = "Hello", **body: str) -> None:
    client("sesv2").send_email(
        FromEmailAddress="post@demo.test",
        Destination={"ToAddresses": ["ada@demo.test"], "BccAddresses": ["bob@demo.test"]},
        Content={
            "Simple": {"Subject": {"Data": subject}, "Body": {name: {"Data": value} for name, value in body.items()}}
        },
    )


def test_the_mailbox_shows_the_latest_first(console: Console) -> None:
    send_mail("First", Text="plain")
    send_mail("Second", Text="plain", Html="<b>bold</b>")
    second, first = ask(console, "/_console/mail").json()
    assert (first["subject"], first["text"], first["html"]) == ("First", "plain", None)
    assert (second["text"], second["html"]) == ("plain", "<b>bold</b>")
    assert (second["sender"], second["to"]) == ("post@demo.test", ["ada@demo.test", "bob@demo.test"])
    assert second["sent_at"].endswith("Z")


def test_a_raw_mail_is_read(console: Console) -> None:
    raw = EmailMessage()
    raw["Subject"], raw["From"], raw["To"] = "Your invoice", "post@demo.test", "ada@demo.test"
    raw.set_content("plain")
    raw.add_alternative("<b>bold</b>", subtype="html")
    client("sesv2").send_email(
        FromEmailAddress="post@demo.test",
        Destination={"ToAddresses": ["ada@demo.test"]},
        Content={"Raw": {"Data": raw.as_bytes()}},
    )
    (mail,) = ask(console, "/_console/mail").json()
    assert (mail["subject"], mail["text"].strip(), mail["html"].strip()) == ("Your invoice", "plain", "<b>bold</b>")


def test_the_page_for_people_runs_nothing_that_a_mail_brings(console: Console) -> None:
    send_mail("<script>alert(1)</script>", Text="</pre><script>", Html='"><script>alert(2)</script>')
    page = ask(console, "/_console/mail", accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert b"<script" not in page.body
    assert b'sandbox=""' in page.body
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/_console", "/_console/", "/_console/mail", "/_console/mail/", "/_console/clock"])
def test_each_page_has_both_forms(console: Console, path: str) -> None:
    assert ask(console, path).headers["content-type"] == "application/json"
    page = ask(console, path, accept="*/*")
    assert page.status == 200
    assert page.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize(("method", "path"), [("GET", "/_console/nothing"), ("DELETE", "/_console/mail")])
def test_what_is_not_there_is_404(console: Console, method: str, path: str) -> None:
    assert ask(console, path, method=method).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8000"},
        {"host": ""},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_other_sites_cannot_use_it(console: Console, headers: dict[str, str]) -> None:
    assert ask(console, "/_console/mail", **headers).status == 403
    assert ask(console, "/_console/clock", {"advance_seconds": 60}, **headers).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8123", "localhost", "[::1]:8000", "[::1]"])
def test_this_machine_may_have_any_of_its_names(console: Console, host: str) -> None:
    assert ask(console, "/_console/mail", host=host, origin=f"http://{host}").status == 200


def test_the_clock_moves_and_comes_back(console: Console, clock: Clock) -> None:
    real = now()
    state = ask(console, "/_console/clock", {"advance_seconds": 900}).json()
    assert state["offset_seconds"] == 900
    assert timedelta(seconds=899) < now() - real < timedelta(seconds=910)
    ask(console, "/_console/clock", {"advance_seconds": 100})
    assert ask(console, "/_console/clock").json()["offset_seconds"] == 1000
    moved = ask(console, "/_console/clock", {"now": "2030-01-01T00:00:00Z"}).json()
    assert moved["now"].startswith("2030-01-01T00:00:00")
    clock.stop()
    assert now() - real < timedelta(seconds=10)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        {},
        {"advance_seconds": "900"},
        {"advance_seconds": 1e300},
        {"advance_seconds": float("nan")},
        {"advance_seconds": 900, "now": "2030-01-01T00:00:00Z"},
        {"now": "tomorrow"},
        {"now": "2030-01-01T00:00:00"},
        {"now": "1970-01-01T00:00:00Z"},
        {"now": 5},
    ],
)
def test_a_movement_that_cannot_be_read_moves_nothing(console: Console, body: Any) -> None:
    before = now()
    answer = ask(console, "/_console/clock", body, method="POST")
    assert answer.status == 400
    assert "advance_seconds" in answer.json()["message"]
    assert abs(now() - before) < timedelta(seconds=5)


def test_a_form_on_another_page_cannot_move_it(console: Console) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", ""):
        assert ask(console, "/_console/clock", {"advance_seconds": 60}, content_type=kind).status == 415


def test_moving_it_runs_what_is_due_and_makes_delays_end(clock: Clock) -> None:
    received: list[str] = []

    def sweep(_event: Any, _context: Any) -> None:
        received.append("swept")

    def work(event: Any, _context: Any) -> None:
        received.extend(record["body"] for record in event["Records"])

    pumps = Pumps([scheduled(sweep, 5), queue_worker(work)])
    client("sqs").send_message(QueueUrl=PLAIN.url, MessageBody="expired", DelaySeconds=900)
    pumps.drain()
    assert received == []
    assert ask(Console(pumps, clock, Gateway([])), "/_console/clock", {"advance_seconds": 901}).json()["ran"] == [
        "sweep"
    ]
    pumps.drain()
    assert received == ["swept", "expired"]


def test_with_another_backend_the_clock_stands_and_the_mail_is_elsewhere(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moto_backend, "running", lambda: False)
    assert ask(console, "/_console/clock", {"advance_seconds": 60}).status == 409
    assert ask(console, "/_console/mail").json() == []
    assert b"kept by the AWS endpoint" in ask(console, "/_console/mail", accept="text/html").body


def test_no_declared_function_answers_below_the_console() -> None:
    paths = [loaded.declaration.path for loaded in discover() if isinstance(loaded.declaration, Route)]
    assert paths
    assert [path for path in paths if "_console" in path] == []
