"""GET /.well-known/jwks.json"""

from __future__ import annotations

import json
from typing import Any

import pytest
from jwcrypto import jwk, jws

from functions.accounts.jwks import handler
from infra.local.recorder import record
from pushcart.accounts import key_ring
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import customer
from utils.errors import Unavailable

PATH = "/.well-known/jwks.json"


def test_another_library_verifies_our_tokens_with_it(api: Api) -> None:
    reply = api.get(PATH)
    assert reply.status == 200
    keys = jwk.JWKSet.from_json(reply.body.decode())
    token = customer(api).token
    signed = jws.JWS()
    signed.deserialize(token)
    key = keys.get_key(signed.jose_header["kid"])
    signed.verify(key)
    assert json.loads(signed.payload)["aud"] == "pushcart"
    assert key.thumbprint() == signed.jose_header["kid"], "kid is the thumbprint of RFC 7638"


def test_it_holds_the_public_half_alone_and_says_what_it_is_for(api: Api) -> None:
    (key,) = api.get(PATH).json["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


def test_it_may_be_cached_and_stands_outside_the_envelope(api: Api) -> None:
    reply = api.get(PATH)
    assert set(reply.json) == {"keys"}
    assert reply.headers["content-type"] == "application/jwk-set+json"
    assert reply.headers["cache-control"] == "public, max-age=300"


def test_anybody_may_ask_whatever_else_they_send(api: Api) -> None:
    assert api.get(PATH, query={"x": "1"}, token="nonsense").status == 200


def test_kms_is_asked_once_and_the_table_each_five_minutes(api: Api, clock: Clock) -> None:
    forget_what_is_kept()
    with record() as calls:
        for seconds in (0, 4 * 60, 2 * 60):
            clock.shift(seconds)
            assert api.get(PATH).status == 200
    assert [call.operation for call in calls] == ["Query", "GetPublicKey", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)


def test_without_the_table_what_was_read_is_told_and_a_new_process_asks_to_come_back(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = api.get(PATH)

    def fail() -> list[Any]:
        raise Unavailable

    monkeypatch.setattr(key_ring, "generations", fail)
    clock.shift(6 * 60)
    assert api.get(PATH).json == before.json
    forget_what_is_kept()
    assert api.get(PATH).status == 503
