"""Ids, times, redaction, depth, traces: small parts with exact contracts."""

from __future__ import annotations

import json
import re
import socket
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from utils import ids, tracing
from utils.clock import parse, rfc3339
from utils.errors import STATUS, MalformedJson, NotFound
from utils.log import redacted
from utils.schemas import MAX_DEPTH, Email, refuse_depth


def test_ids_say_what_they_name_and_sort_by_time() -> None:
    made = [ids.new_id("ord") for _ in range(200)]
    assert all(re.fullmatch(r"ord_[0-9A-HJKMNP-TV-Z]{26}", one) for one in made)
    assert len(set(made)) == 200
    assert [one[:14] for one in made] == sorted(one[:14] for one in made)


@pytest.mark.parametrize("length", [1, 9, 26])
def test_random_codes_have_their_length(length: int) -> None:
    assert re.fullmatch(rf"[0-9A-HJKMNP-TV-Z]{{{length}}}", ids.random_code(length))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_times_sort_as_text(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC)
    assert rfc3339(utc) <= rfc3339(utc + timedelta(milliseconds=1))
    assert parse(rfc3339(utc)) == utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def test_times_are_written_in_utc() -> None:
    there = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert rfc3339(there) == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "secret",
    [
        "ada@example.org",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl",
        "v1.J3uGbG9yZW0gaXBzdW0gZG9sb3I",
        "tok_success",
        "password=hunter22",
        '"password": "hunter22"',
        "Authorization: hunter22",
    ],
)
def test_what_looks_secret_is_taken_out(secret: str) -> None:
    assert redacted(f"before {secret} after").startswith("before ")
    assert secret not in redacted(f"before {secret} after")
    assert "hunter22" not in redacted(f"before {secret} after")


def test_what_is_harmless_stays() -> None:
    assert redacted("order ord_01J9ZC8Q0V5W2K3M4N5P6Q7R8S is pending_payment") == (
        "order ord_01J9ZC8Q0V5W2K3M4N5P6Q7R8S is pending_payment"
    )


@given(st.integers(0, 200), st.integers(0, 200))
def test_depth_is_counted_outside_of_strings_only(depth: int, quoted: int) -> None:
    body = b"[" * depth + json.dumps("[{" * quoted + '"\\').encode() + b"]" * depth
    if depth > MAX_DEPTH:
        with pytest.raises(MalformedJson):
            refuse_depth(body)
    else:
        refuse_depth(body)


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 100_000 + b"[" * 40, b'"' * 99_999 + b"[" * 40, b'"\\' * 100_000 + b"[" * 40]
)
def test_unclosed_strings_are_read_in_one_pass(body: bytes) -> None:
    """Would take minutes, not milliseconds, if the pattern tried again from each quote."""
    try:
        refuse_depth(body)
    except MalformedJson as told:
        assert told.status == 400  # noqa: PT017 - either verdict will do; what counts is that there is one


@pytest.mark.parametrize(
    "address", ["a@b.co", "Ada.L+tag@Example.ORG", " x@y.zz ", "o'hara@bücher.example", "a@xn--strae-oqa.example"]
)
def test_addresses_are_taken_and_folded(address: str) -> None:
    assert TypeAdapter(Email).validate_python(address) == address.strip().lower()


@pytest.mark.parametrize("spelt", ["ada@bu\u0308cher.example", "ada@xn--bcher-kva.example", "ada@BÜCHER.example"])
def test_one_mailbox_has_one_spelling(spelt: str) -> None:
    assert TypeAdapter(Email).validate_python(spelt) == "ada@bücher.example"


@pytest.mark.parametrize(
    "domain",
    [
        "\uff45xample.org",  # full width: somebody else's example.org once it is mailed to
        "a\u3002example.org",
        "ex\u00adample.org",
        "example.org\uff0ceve\uff20example.net",  # two recipients, in ASCII
        "\uff1cexample\uff1e.org",
        "a\u00a0b.example.org",
        "stra\u00dfe.example",  # strasse.example by IDNA 2003, another's by IDNA 2008
    ],
)
def test_a_domain_that_mail_would_turn_into_another_is_refused(domain: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(f"ada@{domain}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.co",
        "a@",
        "a@b",
        "a@b..co",
        "a b@c.de",
        "a@b@c.de",
        "a@b.co\nBcc: x@y.zz",
        "<a@b.co>",
        "a@b.co,c.de",
        "a@<b.co",
        'a@"b".co',
        "a@b.co;",
        "ä@b.co",
        "a@" + "ä" * 64 + ".co",
        "x" * 250 + "@b.co",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(address)


def test_a_404_tells_nothing_but_the_kind() -> None:
    problem = NotFound("order")
    assert (problem.status, problem.entries[0].message, problem.entries[0].detail) == (404, "No such order.", None)


def test_codes_have_the_statuses_of_the_contract() -> None:
    assert set(STATUS.values()) == {400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503}


def test_sampled_calls_leave_a_subsegment(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(2)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{daemon.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-abc;Parent=def;Sampled=1")
        with pytest.raises(ValueError, match="boom"), tracing.subsegment("dynamodb.Query"):
            raise ValueError("boom")
        header, document = daemon.recv(4096).split(b"\n")
    sent = json.loads(document)
    assert json.loads(header) == {"format": "json", "version": 1}
    assert (sent["trace_id"], sent["parent_id"], sent["name"], sent["fault"]) == (
        "1-abc",
        "def",
        "dynamodb.Query",
        True,
    )
    assert sent["end_time"] >= sent["start_time"]


@pytest.mark.parametrize("header", [None, "Root=1-abc;Parent=def;Sampled=0"])
def test_unsampled_calls_leave_nothing(monkeypatch: pytest.MonkeyPatch, header: str | None) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    if header:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    monkeypatch.setattr(tracing, "_send", lambda *_, **__: pytest.fail("sent"))
    with tracing.subsegment("dynamodb.Query"):
        pass
    assert tracing.trace_header() is None
