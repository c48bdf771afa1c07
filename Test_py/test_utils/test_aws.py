"""The seam to AWS: what a refusal of each kind means to whoever called."""

from __future__ import annotations

import json
import socket
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from urllib3 import HTTPResponse

from utils import aws
from utils.ephemeral import ephemeral
from utils.errors import Unavailable


class Refusing:
    """A client whose every call is refused."""

    def __init__(self, code: str, status: int) -> None:
        self._answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def _make_api_call(self, operation: str, _: dict[str, Any]) -> dict[str, Any]:
        raise ClientError(self._answer, operation)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("InternalServerError", 500),
        ("KMSInternalException", 500),
        ("DependencyTimeoutException", 503),
        ("InternalServiceError", 500),
        ("InternalError", 500),
    ],
)
def test_what_is_amiss_at_aws_is_worth_another_try(monkeypatch: pytest.MonkeyPatch, code: str, status: int) -> None:
    """KMS, SNS, SQS and Secrets Manager each have a word of their own for it."""
    monkeypatch.setattr(aws, "client", lambda _: Refusing(code, status))
    with pytest.raises(Unavailable):
        aws.call("kms", "Sign")


@pytest.mark.parametrize(("code", "status"), [("AccessDeniedException", 400), ("ValidationException", 400)])
def test_what_is_our_fault_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch, code: str, status: int) -> None:
    monkeypatch.setattr(aws, "client", lambda _: Refusing(code, status))
    with pytest.raises(ClientError, match=code):
        aws.call("dynamodb", "Query")


@pytest.mark.usefixtures("aws")
def test_a_transaction_whose_answer_was_lost_is_repeated_under_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another token its own conditions would refuse it, and the caller be told that it failed."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    events = aws.client("dynamodb").meta.events
    tokens: list[str] = []

    def lose(request: Any, **_: Any) -> Any:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        return (
            AWSResponse(request.url, 500, HTTPHeaders(), HTTPResponse(BytesIO(b"{}"), preload_content=False))
            if len(tokens) == 1
            else None
        )

    events.register_first("before-send.dynamodb.TransactWriteItems", lose, "lose")
    try:
        aws.call("dynamodb", "TransactWriteItems", TransactItems=[{"Put": put("a")}, {"Put": put("b")}])
    finally:
        events.unregister("before-send.dynamodb.TransactWriteItems", lose, "lose")
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def put(name: str) -> dict[str, Any]:
    return {"TableName": ephemeral.physical_name, "Item": {"pk": {"S": name}, "sk": {"S": "META"}}}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("address", ["127.0.0.1:2000", "no port", "host.invalid:2000"])
def test_a_trace_that_cannot_be_sent_undoes_no_call(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-abc;Parent=def;Sampled=1")

    def refused(*_: object) -> None:
        raise OSError("no buffer space available")

    monkeypatch.setattr(socket.socket, "sendto", refused)
    assert "TableNames" in aws.call("dynamodb", "ListTables")


def test_whoever_is_waited_for_gives_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authorizer's own time must be longer than its three calls take at worst (a second's pause between tries)."""
    from utils.authorizer import authorizer

    monkeypatch.setattr(aws, "_CONFIGS", dict(aws._CONFIGS))
    monkeypatch.setattr(aws, "_clients", {})
    usual = aws.client("dynamodb").meta.config
    aws.be_quick()
    monkeypatch.setattr(aws, "_clients", {})
    quick = aws.client("dynamodb").meta.config
    assert (usual.connect_timeout, usual.read_timeout, usual.retries["total_max_attempts"]) == (1, 2, 5)
    attempts = quick.retries["total_max_attempts"]
    longest = attempts * (quick.connect_timeout + quick.read_timeout) + (attempts - 1) * 1
    assert longest == 4

    @authorizer()
    def who(headers: dict[str, str], *, kept: bool) -> dict[str, Any]:
        """Know nobody."""
        return {}

    assert who.declaration.timeout_seconds > 2 * longest
    assert aws.client("sesv2").meta.config.retries["total_max_attempts"] == 1, "a mail is never sent again"
