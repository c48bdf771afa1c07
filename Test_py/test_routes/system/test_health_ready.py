"""GET /api/v1/health/ready"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local.recorder import record
from Test_py.support.client import Api
from utils import aws


def test_it_says_that_the_database_answers_at_the_price_of_one_read(api: Api) -> None:
    with record() as calls:
        reply = api.get("/api/v1/health/ready")
    assert (reply.status, reply.data) == (200, {"status": "ok", "database": "ok"})
    assert [call.operation for call in calls] == ["GetItem"]


def test_without_a_database_it_is_503_with_retry_after(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.eu-central-1.amazonaws.com")

    monkeypatch.setattr(aws.client("dynamodb"), "_make_api_call", unreachable)
    reply = api.get("/api/v1/health/ready")
    assert (reply.status, reply.codes, reply.headers["retry-after"]) == (503, ["UNAVAILABLE"], "1")
    assert b"amazonaws" not in reply.body
