"""GET /api/v1/health"""

from __future__ import annotations

from infra.local.recorder import record
from Test_py.support.client import Api


def test_it_answers_without_touching_anything(api: Api) -> None:
    with record() as calls:
        reply = api.get("/api/v1/health")
    assert (reply.status, reply.data) == (200, {"status": "ok"})
    assert list(calls) == []
    assert set(reply.meta) == {"timestamp", "version", "request_id"}
    assert reply.headers["x-request-id"] == reply.meta["request_id"]


def test_every_answer_carries_the_security_headers(api: Api) -> None:
    headers = api.get("/api/v1/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert headers["strict-transport-security"].startswith("max-age=63072000")


def test_an_unknown_parameter_is_refused(api: Api) -> None:
    reply = api.get("/api/v1/health", query={"verbose": "1"})
    assert (reply.status, reply.codes, reply.json["errors"][0]["field"]) == (400, ["VALIDATION_ERROR"], "verbose")


def test_a_correlation_id_is_taken_up_when_it_is_well_formed(api: Api) -> None:
    assert api.get("/api/v1/health", headers={"x-correlation-id": "trace-12345"}).headers["x-correlation-id"] == (
        "trace-12345"
    )
    odd = api.get("/api/v1/health", headers={"x-correlation-id": "<script>"})
    assert odd.headers["x-correlation-id"] == odd.headers["x-request-id"]
