"""What an identity provider says is taken only where it proves something: over the gateway, from the first step on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.clients import client
from pushcart import queues
from pushcart.accounts.oidc.web import Unreachable, WebAnswer
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.external_sign_in import (
    JWKS,
    TOKEN,
    USERINFO,
    refused,
)
from Test_py.support.forge import ABSENT
from Test_py.support.id_token_forgeries import SHORT, TWISTED
from Test_py.support.identity_provider import (
    ADA,
    ISSUER,
    SECRETS,
    FakeProvider,
    IdTokens,
    begin,
    come_back,
    forget,
    installed,
    provider_key,
    signed_in,
)


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with installed() as found:
        yield found


@pytest.mark.parametrize("kind", TWISTED)
def test_a_twisted_id_token_opens_nothing(api: Api, provider: FakeProvider, kind: str) -> None:
    provider.keys.append(SHORT)
    provider.twist = TWISTED[kind]
    refused(signed_in(api, provider), 401, "UNAUTHENTICATED")
    outside = [url for url in provider.asked if not url.split()[1].startswith(f"{ISSUER}/")]
    assert outside == [], "a header names no address that is asked"


def test_how_many_are_twisted_and_that_the_right_one_is_taken(api: Api, provider: FakeProvider) -> None:
    provider.keys.append(SHORT)
    assert signed_in(api, provider).status == 200
    assert len(TWISTED) >= 25
    print(f"\n{len(TWISTED)} twisted ID tokens, none accepted")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "RS256"}, ("RSA", 1)),
        ({"alg": "PS256"}, ("RSA", 1)),
        ({"alg": "ES256", "kid": "EC-1"}, ("EC", 1)),
        ({"typ": ABSENT}, ("RSA", 1)),
        ({"typ": "jwt"}, ("RSA", 1)),
        ({"jku": "https://evil.example/jwks", "x5t": "x"}, ("RSA", 1)),
    ],
)
def test_each_algorithm_on_the_list_is_taken(
    api: Api, provider: FakeProvider, header: dict[str, Any], key: tuple[str, int]
) -> None:
    provider.twist = lambda tokens: tokens.token(header=header, key=provider_key(*key))
    assert signed_in(api, provider).status == 200


@pytest.mark.parametrize(
    "changed",
    [{"aud": ["pushcart"]}, {"azp": "pushcart"}, {"extra": {"any": 1}}, {"exp": 4_102_444_800.5}, {"nbf": 0}],
)
def test_what_a_provider_may_write_otherwise_is_taken(
    api: Api, provider: FakeProvider, changed: dict[str, Any]
) -> None:
    provider.twist = lambda tokens: tokens.token(**changed)
    assert signed_in(api, provider).status == 200


def test_without_a_kid_the_only_key_is_meant(api: Api, provider: FakeProvider) -> None:
    provider.keys = [provider_key()]
    provider.twist = lambda tokens: tokens.token(header={"kid": ABSENT})
    assert signed_in(api, provider).status == 200


@pytest.mark.parametrize("meant", [{"use": "enc"}, {"alg": "RS512"}, {"key_ops": ["encrypt"]}, {"key_ops": "verify"}])
def test_a_key_that_is_meant_for_something_else_is_not_used(
    api: Api, provider: FakeProvider, meant: dict[str, Any]
) -> None:
    published = json.loads(provider_key().export_public()) | meant
    provider.answers[JWKS] = WebAnswer(200, json.dumps({"keys": [published]}).encode())
    refused(signed_in(api, provider), 401, "UNAUTHENTICATED")


def test_a_new_key_is_found_by_asking_again_and_at_most_once_a_minute(
    api: Api, provider: FakeProvider, clock: Clock
) -> None:
    def asked() -> int:
        return provider.asked.count(f"GET {JWKS}")

    def by_new_key(tokens: IdTokens) -> str:
        return tokens.token(header={"kid": "RSA-2"}, key=provider_key("RSA", 2))

    assert (signed_in(api, provider).status, asked()) == (200, 1)
    provider.twist = by_new_key
    assert [signed_in(api, provider).status for _ in range(3)] == [401] * 3
    assert asked() == 1, "made-up key ids do not have the provider asked over and over"
    clock.shift(61)
    assert (signed_in(api, provider).status, asked()) == (401, 2)
    provider.keys.append(provider_key("RSA", 2))
    clock.shift(61)
    assert (signed_in(api, provider).status, asked()) == (200, 3)


def test_a_key_that_was_taken_back_is_good_for_an_hour_at_most(api: Api, provider: FakeProvider, clock: Clock) -> None:
    assert signed_in(api, provider).status == 200
    provider.keys = [provider_key("EC")]
    clock.shift(3601)
    reply = signed_in(api, provider)
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


@pytest.mark.parametrize(
    ("url", "answer", "status"),
    [
        (TOKEN, Unreachable("timeout"), 503),
        (TOKEN, WebAnswer(500, b"{}"), 503),
        (TOKEN, WebAnswer(401, b'{"error":"invalid_client"}'), 503),
        (TOKEN, WebAnswer(400, b'{"error":"invalid_request"}'), 503),
        (TOKEN, WebAnswer(302, b"{}"), 503),
        (TOKEN, WebAnswer(200, b"<html>"), 503),
        (TOKEN, WebAnswer(400, b'{"error":"invalid_grant"}'), 401),
        (TOKEN, WebAnswer(200, b"{}"), 401),
        (TOKEN, WebAnswer(200, b'{"id_token":7}'), 401),
        (JWKS, Unreachable("timeout"), 503),
        (JWKS, WebAnswer(500, b"{}"), 503),
        (JWKS, WebAnswer(200, b'{"keys":{}}'), 503),
        (JWKS, WebAnswer(200, json.dumps({"keys": [{}] * 101}).encode()), 503),
        (JWKS, WebAnswer(200, b'{"keys":[]}'), 401),
        (JWKS, WebAnswer(200, b'{"keys":[1,null,{}]}'), 401),
        (USERINFO, WebAnswer(403, b"{}"), 503),
        (USERINFO, WebAnswer(200, b"[]"), 503),
    ],
)
def test_a_provider_that_fails_makes_nobody(
    api: Api, provider: FakeProvider, url: str, answer: WebAnswer | Exception, status: int
) -> None:
    provider.in_id_token = ()
    provider.userinfo = dict(ADA)
    invitation = begin(api)
    code = provider.sign_in(invitation)
    provider.answers[url] = answer
    reply = come_back(api, invitation, code=code)
    refused(reply, status, "UNAVAILABLE" if status == 503 else "UNAUTHENTICATED")


def test_a_provider_without_a_secret_is_not_set_up_yet(api: Api, provider: FakeProvider) -> None:
    secret_id = queues.oidc_clients.secret_id
    client("secretsmanager").put_secret_value(SecretId=secret_id, SecretString="{}")
    refused(signed_in(api, provider), 503, "UNAVAILABLE")
    client("secretsmanager").put_secret_value(SecretId=secret_id, SecretString=SECRETS)
    forget()
    assert signed_in(api, provider).status == 200


def test_a_new_secret_is_taken_a_minute_later(api: Api, provider: FakeProvider, clock: Clock) -> None:
    secret_id = queues.oidc_clients.secret_id
    client("secretsmanager").put_secret_value(SecretId=secret_id, SecretString='{"acme":"an old one"}')
    refused(signed_in(api, provider), 503, "UNAVAILABLE")
    client("secretsmanager").put_secret_value(SecretId=secret_id, SecretString=SECRETS)
    clock.shift(61)
    assert signed_in(api, provider).status == 200
