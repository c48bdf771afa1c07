"""GET /api/v1/openapi.json"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from infra.local.recorder import record
from pushcart.system import docs
from Test_py.support.client import Api

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
PATH = "/api/v1/openapi.json"


def test_the_committed_contract_is_handed_out_bare(api: Api) -> None:
    with record() as calls:
        reply = api.get(PATH)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json == json.loads(COMMITTED.read_text())
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert list(calls) == []


def test_it_is_packed_for_who_can_unpack(api: Api) -> None:
    plain = api.get(PATH)
    packed = api.get(PATH, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert packed.headers["etag"] != plain.headers["etag"], "a strong tag names one representation"


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_who_has_it_already_is_told_so(api: Api, encoding: str) -> None:
    headers = {"accept-encoding": encoding}
    tag = api.get(PATH, headers=headers).headers["etag"]
    reply = api.get(PATH, headers={**headers, "if-none-match": f'"other", {tag}'})
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    assert api.get(PATH, headers={**headers, "if-none-match": '"other"'}).status == 200


def test_a_contract_that_was_not_built_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    docs._file.cache_clear()
    monkeypatch.setattr(docs, "_folders", list)
    reply = api.get(PATH)
    docs._file.cache_clear()
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
