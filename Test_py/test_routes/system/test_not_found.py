"""$default: whatever no route answers."""

from __future__ import annotations

import pytest

from Test_py.support.client import Api


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_an_unknown_path_is_an_enveloped_404(api: Api, method: str) -> None:
    reply = api.request(method, "/api/v1/nothing-here")
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


@pytest.mark.parametrize("path", ["/", "/api/v2/health", "/api/v1/health/", "/_console", "/_console/mail", "/.env"])
def test_nothing_else_is_served(api: Api, path: str) -> None:
    assert api.get(path).status == 404


def test_a_body_and_a_query_change_nothing(api: Api) -> None:
    reply = api.post("/api/v1/nothing-here?x=1&x=2", body="{not json", headers={"content-type": "text/plain"})
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])
