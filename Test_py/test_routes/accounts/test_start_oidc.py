"""GET /api/v1/auth/oidc/{provider}/start"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from functions.accounts.start_oidc import handler
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts.oidc.web import Unreachable, WebAnswer
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.external_sign_in import CHALLENGE, CLIENT_URI, for_client, make_client
from Test_py.support.forge import ABSENT
from Test_py.support.identity_provider import CALLBACK, ISSUER, START, FakeProvider, begin, installed
from utils.clock import now

DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with installed() as found:
        yield found


def begun() -> list[dict[str, Any]]:
    return items(tables.ephemeral, "STATE#")


def refused(reply: Reply, *fields: str) -> None:
    assert (reply.status, set(reply.codes)) == (400, {"VALIDATION_ERROR"}), reply.body
    assert [error["field"] for error in reply.json["errors"]] == list(fields)
    assert "location" not in reply.headers
    assert begun() == []


def test_the_browser_is_sent_to_the_provider_with_all_that_ties_the_answer_to_it(
    api: Api, provider: FakeProvider
) -> None:
    reply = api.get(START)
    assert (reply.status, reply.body, reply.headers["cache-control"]) == (303, b"", "no-store")
    asked = begin(api).query
    assert asked.keys() == {
        "tenant", "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert asked["redirect_uri"] == f"http://127.0.0.1:8000{CALLBACK}"
    assert asked["scope"] == "openid email profile"
    for secret in (asked["state"], asked["nonce"], asked["code_challenge"]):
        assert SECRET.fullmatch(secret)


def test_nothing_of_two_sign_ins_is_the_same(api: Api, provider: FakeProvider) -> None:
    first, second = begin(api), begin(api)
    for name in ("state", "nonce", "code_challenge"):
        assert first.query[name] != second.query[name]
    assert first.cookie != second.cookie


def test_only_hashes_are_stored_and_nothing_is_logged(
    api: Api, provider: FakeProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    invitation = begin(api)
    secret = invitation.cookie.partition("=")[2]
    (stored,) = begun()
    assert stored["pk"]["S"] == f"STATE#{hashlib.sha256(invitation.state.encode()).hexdigest()}"
    assert stored["browser"]["S"] == hashlib.sha256(secret.encode()).hexdigest()
    printed = capsys.readouterr()
    for text in (secret, invitation.state, invitation.query["nonce"]):
        assert text not in dump()
        assert text not in printed.out + printed.err


def test_it_is_forgotten_after_ten_minutes(api: Api, provider: FakeProvider) -> None:
    begin(api)
    (stored,) = begun()
    assert int(stored["ttl"]["N"]) == pytest.approx(now().timestamp() + 600, abs=5)


def test_on_tls_the_cookie_cannot_be_set_by_anybody_else(
    api: Api, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_ISSUER", "https://api.shop.example.com")
    name, *attributes = api.get(START).headers["set-cookie"].split("; ")
    assert re.fullmatch(r"__Host-oidc=[A-Za-z0-9_-]{43}", name)
    assert attributes == ["Path=/", "Secure", "Max-Age=600", "HttpOnly", "SameSite=Lax"]
    assert begin(api).query["redirect_uri"] == f"https://api.shop.example.com{CALLBACK}"


def test_on_a_laptop_the_cookie_has_a_plain_name_and_the_narrowest_path(api: Api, provider: FakeProvider) -> None:
    name, *attributes = api.get(START).headers["set-cookie"].split("; ")
    assert re.fullmatch(r"oidc=[A-Za-z0-9_-]{43}", name)
    assert attributes == ["Path=/api/v1/auth/oidc", "Max-Age=600", "HttpOnly", "SameSite=Lax"]


def test_the_way_back_is_ours_whatever_the_host_header_says(api: Api, provider: FakeProvider) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    assert begin(api, headers=headers).query["redirect_uri"] == f"http://127.0.0.1:8000{CALLBACK}"


@pytest.mark.parametrize("name", ["nobody", "ACME", "acme.", "x" * 129, "..", "%00", "a%0d%0ab"])
def test_an_unknown_provider_is_not_found(api: Api, provider: FakeProvider, name: str) -> None:
    reply = api.get(f"/api/v1/auth/oidc/{name}/start")
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])
    assert provider.asked == []
    assert begun() == []


def test_a_stage_without_providers_knows_none(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", "[]")
    assert api.get(START).status == 404


def test_a_first_party_client_is_remembered_and_not_told_of(api: Api, provider: FakeProvider) -> None:
    client_id = make_client()
    invitation = begin(api, for_client(client_id))
    assert client_id not in str(invitation.query)
    assert "shop.example.com/signed-in" not in str(invitation.query)
    (stored,) = begun()
    remembered = [stored[name]["S"] for name in ("client_id", "redirect_uri", "code_challenge", "client_state")]
    assert remembered == [client_id, CLIENT_URI, CHALLENGE, "s p&ce"]


def test_what_it_does_not_know_is_ignored(api: Api, provider: FakeProvider) -> None:
    assert begin(api, {"prompt": "none", "scope": "admin", "nonce": "mine", "x": "y" * 3000}).query["nonce"] != "mine"
    (stored,) = begun()
    assert "client_id" not in stored


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"client_id": ABSENT}, ["client_id"]),
        ({"redirect_uri": ABSENT}, ["redirect_uri"]),
        ({"code_challenge": ABSENT}, ["code_challenge"]),
        ({"client_id": ABSENT, "redirect_uri": ABSENT}, ["client_id", "redirect_uri"]),
        ({"client_id": f"cli_{'0' * 26}"}, ["client_id"]),
        ({"client_id": "x" * 65}, ["client_id"]),
        ({"redirect_uri": "https://evil.example/"}, ["redirect_uri"]),
        ({"redirect_uri": CLIENT_URI + "/"}, ["redirect_uri"]),
        ({"redirect_uri": CLIENT_URI.partition("?")[0]}, ["redirect_uri"]),
        ({"redirect_uri": CLIENT_URI.upper()}, ["redirect_uri"]),
        ({"redirect_uri": "x" * 2049}, ["redirect_uri"]),
        ({"code_challenge": CHALLENGE[:-1]}, ["code_challenge"]),
        ({"code_challenge": CHALLENGE + "A"}, ["code_challenge"]),
        ({"code_challenge": CHALLENGE[:-1] + "="}, ["code_challenge"]),
        ({"code_challenge_method": "plain"}, ["code_challenge_method"]),
        ({"state": "x" * 513}, ["state"]),
        ({"state": "a\r\nset-cookie: x"}, ["state"]),
    ],
)
def test_a_client_that_is_not_ours_or_not_complete_is_refused_and_nobody_is_sent_anywhere(
    api: Api, provider: FakeProvider, changed: dict[str, Any], fields: list[str]
) -> None:
    refused(api.get(START, query=for_client(make_client(), **changed)), *fields)
    assert provider.asked == []


@pytest.mark.parametrize("kind", [{"first_party": False}, {"removed": True}])
def test_a_client_that_is_foreign_or_removed_looks_like_none(
    api: Api, provider: FakeProvider, kind: dict[str, bool]
) -> None:
    theirs, nobodys = (api.get(START, query=for_client(one)) for one in (make_client(**kind), f"cli_{'0' * 26}"))
    refused(theirs, "client_id")
    assert theirs.json["errors"] == nobodys.json["errors"]


@pytest.mark.parametrize("query", ["state=a&state=b", "state=%ff", "&".join(f"a{n}=1" for n in range(51))])
def test_a_query_that_cannot_be_read_is_refused(api: Api, provider: FakeProvider, query: str) -> None:
    reply = api.get(f"{START}?{query}")
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert begun() == []


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": f"{ISSUER}/"},
        {"issuer": "https://evil.example"},
        {"issuer": ABSENT},
        {"authorization_endpoint": "http://id.acme.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://user:secret@id.acme.example/authorize"},
        {"authorization_endpoint": "https://id.acme.example/\r\nset-cookie: x"},
        {"authorization_endpoint": "https://[id.acme.example/"},
        {"authorization_endpoint": ABSENT},
        {"token_endpoint": "http://id.acme.example/token"},
        {"token_endpoint": 7},
        {"jwks_uri": "http://id.acme.example/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"userinfo_endpoint": "http://id.acme.example/userinfo"},
    ],
)
def test_a_provider_that_speaks_for_another_or_without_tls_is_not_used(
    api: Api, provider: FakeProvider, about: dict[str, Any]
) -> None:
    provider.about = about
    reply = api.get(START)
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert begun() == []


@pytest.mark.parametrize(
    "answer",
    [Unreachable("timeout"), WebAnswer(404, b"{}"), WebAnswer(302, b"{}"), WebAnswer(200, b"<html>"),
     WebAnswer(200, b"[]"), WebAnswer(200, b"[" * 100_000), WebAnswer(200, b"\xff")],
)  # fmt: skip
def test_a_provider_that_does_not_answer_is_our_503(
    api: Api, provider: FakeProvider, answer: WebAnswer | Exception
) -> None:
    provider.answers[DISCOVERY] = answer
    reply = api.get(START)
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert reply.headers["retry-after"]
    provider.answers.clear()
    assert api.get(START).status == 303, "a failure is not kept"


def test_only_the_local_stage_may_do_without_tls(
    api: Api, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.about = {"token_endpoint": "http://id.acme.example/token"}
    assert api.get(START).status == 503
    monkeypatch.setenv("PUSHCART_STAGE", "local")
    assert api.get(START).status == 303


def test_what_the_provider_says_of_itself_is_kept_for_an_hour(api: Api, provider: FakeProvider, clock: Clock) -> None:
    for seconds in (0, 3500, 200):
        clock.shift(seconds)
        begin(api)
    assert provider.asked == [f"GET {DISCOVERY}"] * 2


def test_a_network_may_begin_sixty_times_a_minute(api: Api, provider: FakeProvider, clock: Clock) -> None:
    statuses = [api.get(START).status for _ in range(60)]
    last = api.get(START)
    assert statuses == [303] * 60
    assert (last.status, last.codes) == (429, ["RATE_LIMITED"])
    assert last.headers["ratelimit-policy"] == '"external-sign-in";q=60;w=60'
    assert len(begun()) == 60
    assert api.get(START, source_ip="203.0.113.9").status == 303, "others are not held up"
    clock.shift(int(last.headers["retry-after"]) + 60)
    assert api.get(START).status == 303


def test_the_policy_is_what_is_called(api: Api, provider: FakeProvider) -> None:
    client_id = make_client()
    forget_what_is_kept()
    with record() as calls:
        begin(api)
        begin(api, for_client(client_id))
    assert_exact_policy(handler.declaration, calls.touches)
    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"] * 2
