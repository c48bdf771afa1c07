"""GET /api/v1/auth/oidc/{provider}/callback"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from functions.accounts.finish_oidc import handler
from infra.local.recorder import granted, record
from pushcart import tables
from pushcart.accounts import mfa_tokens
from pushcart.accounts.models.clients import CodeItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.oidc.web import Unreachable
from pushcart.accounts.service import codes, user_id_of
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.external_sign_in import (
    CLIENT_URI,
    EMAIL,
    TOKEN,
    TOKENS,
    change,
    for_client,
    make_client,
    profiles,
    refused,
    sessions,
    told,
)
from Test_py.support.forge import ABSENT
from Test_py.support.id_token_forgeries import TWISTED
from Test_py.support.identity_provider import (
    ADA,
    CALLBACK,
    ISSUER,
    SECRETS,
    FakeProvider,
    begin,
    come_back,
    installed,
    signed_in,
)
from Test_py.support.people import customer
from Test_py.support.shopkeeping import stored


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with installed() as found:
        yield found


def test_somebody_new_gets_an_account_and_its_tokens(api: Api, provider: FakeProvider) -> None:
    reply = signed_in(api, provider, locale="en-GB")
    assert (reply.status, set(reply.json)) == (200, TOKENS), reply.body
    assert (reply.headers["content-type"], reply.headers["cache-control"]) == ("application/json", "no-store")
    assert (reply.json["token_type"], reply.json["scope"]) == ("Bearer", "account")
    me = api.get("/api/v1/users/me", token=reply.json["access_token"]).data
    shown = [me[name] for name in ("email", "name", "locale", "email_verified", "roles", "disabled")]
    assert shown == [EMAIL, "Ada Lovelace", "en-GB", True, ["customer"], False]
    assert items(tables.accounts, "USER#", "PASSWORD") == []
    again = api.post("/api/v1/auth/refresh", json={"refresh_token": reply.json["refresh_token"]})
    assert again.status == 200


def test_the_cookie_is_taken_away_when_it_is_over(api: Api, provider: FakeProvider) -> None:
    removed = "oidc=; Path=/api/v1/auth/oidc; Max-Age=0; HttpOnly; SameSite=Lax"
    assert signed_in(api, provider).headers["set-cookie"] == removed
    assert come_back(api, begin(api), error="access_denied").headers["set-cookie"] == removed


def test_a_client_gets_a_code_of_ours_with_its_state_and_our_name(api: Api, provider: FakeProvider) -> None:
    client_id = make_client()
    reply = signed_in(api, provider, for_client(client_id))
    query = told(reply)
    assert (query["state"], query["iss"]) == ("s p&ce", "http://127.0.0.1:8000")
    assert set(query) == {"code", "state", "iss"}
    assert reply.body == b""
    item: CodeItem = stored(codes.key_of(query["code"]))
    assert (item.client_id, item.redirect_uri, item.scope) == (client_id, CLIENT_URI, "account")
    assert (item.user_id, item.code_challenge) == (user_id_of(EMAIL), for_client(client_id)["code_challenge"])
    assert query["code"] not in dump()
    assert sessions() == [], "the session begins where the code is exchanged"


def test_a_client_without_a_state_gets_none(api: Api, provider: FakeProvider) -> None:
    assert set(told(signed_in(api, provider, for_client(make_client(), state=ABSENT)))) == {"code", "iss"}


def test_a_client_is_told_of_a_second_factor_where_no_server_sees_it(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    user_id = str(user_id_of(EMAIL))
    change(user_id, ProfileItem.mfa.set(True))
    reply = signed_in(api, provider, for_client(make_client()))
    assert told(reply) == {"error": "mfa_required", "state": "s p&ce", "iss": "http://127.0.0.1:8000"}
    shown = dict(parse_qsl(urlsplit(reply.headers["location"]).fragment))
    assert mfa_tokens.read(shown["mfa_token"]) == user_id
    assert shown["methods"] == "totp"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"error": "access_denied", "error_description": "<script>"}, "access_denied"),
        ({"error": "login_required"}, "login_required"),
        ({"error": "invalid_scope"}, "server_error"),
        ({"error": "<script>"}, "server_error"),
        ({"error": "access_denied", "code": "code-1"}, "access_denied"),
        ({}, "server_error"),
        ({"code": "made-up"}, "server_error"),
    ],
)
def test_what_goes_wrong_is_told_to_the_client_or_to_the_browser(
    api: Api, provider: FakeProvider, query: dict[str, str], error: str
) -> None:
    theirs = come_back(api, begin(api, for_client(make_client())), **query)
    assert told(theirs) == {"error": error, "state": "s p&ce", "iss": "http://127.0.0.1:8000"}
    reply = come_back(api, begin(api), **query)
    refused(reply, *((401, "UNAUTHENTICATED") if "code" in query and "error" not in query else (403, "FORBIDDEN")))
    assert b"script" not in reply.body


def test_a_closed_account_and_a_silent_provider_are_told_to_the_client(api: Api, provider: FakeProvider) -> None:
    query = for_client(make_client())
    assert told(signed_in(api, provider, query, email_verified=False))["error"] == "access_denied"
    invitation = begin(api, query)
    provider.answers[TOKEN] = Unreachable("timeout")
    assert told(come_back(api, invitation, code="x"))["error"] == "temporarily_unavailable"
    provider.answers.clear()
    provider.twist = TWISTED["alg none"]
    assert told(signed_in(api, provider, query))["error"] == "server_error"


def test_a_state_is_good_for_the_browser_that_began_alone(api: Api, provider: FakeProvider) -> None:
    """Login CSRF: whoever sends a victim a link with their own code must not sign them in to their own account."""
    ours, theirs = begin(api), begin(api)
    code = provider.sign_in(ours)
    name, _, secret = ours.cookie.partition("=")
    wrong = ["", f"{name}=", theirs.cookie, f"{name}={secret[:-1]}", f"{name}={secret}x", f"other={secret}",
             f"__Host-{name}={secret}", f"{name}=é{secret}"]  # fmt: skip
    for cookie in wrong:
        refused(come_back(api, ours, cookie=cookie, code=code), 400, "VALIDATION_ERROR")
    assert provider.asked.count(f"POST {TOKEN}") == 0
    assert come_back(api, ours, code=code).status == 200, "nobody else's try uses it up"


@pytest.mark.parametrize("state", ["", "x", "x" * 128, "x" * 129, "é", "%00", "' OR 1=1"])
def test_a_state_that_is_none_of_ours_opens_nothing(api: Api, provider: FakeProvider, state: str) -> None:
    invitation = begin(api)
    code = provider.sign_in(invitation)
    reply = api.get(CALLBACK, query={"state": state, "code": code}, headers={"cookie": invitation.cookie})
    refused(reply, 400, "VALIDATION_ERROR")
    assert [error["field"] for error in reply.json["errors"]] == ["state"]


def test_no_state_or_one_that_comes_twice_opens_nothing(api: Api, provider: FakeProvider) -> None:
    invitation = begin(api)
    for query in ("", "code=x", f"state={invitation.state}&state={invitation.state}"):
        refused(api.get(f"{CALLBACK}?{query}", headers={"cookie": invitation.cookie}), 400, "VALIDATION_ERROR")


def test_a_state_works_once_even_when_nothing_came_of_it(api: Api, provider: FakeProvider) -> None:
    invitation = begin(api)
    first, second = provider.sign_in(invitation), provider.sign_in(invitation)
    assert come_back(api, invitation, error="access_denied").status == 403
    refused(come_back(api, invitation, code=first), 400, "VALIDATION_ERROR")
    invitation = begin(api)
    assert come_back(api, invitation, code=provider.sign_in(invitation)).status == 200
    assert come_back(api, invitation, code=second).status == 400


def test_of_many_who_come_back_with_one_state_at_once_one_gets_through(api: Api, provider: FakeProvider) -> None:
    provider.lenient = True
    invitation = begin(api)
    code = provider.sign_in(invitation)
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: come_back(api, invitation, code=code).status, range(8)))
    assert sorted(statuses) == [200] + [400] * 7
    assert len(sessions()) == 1


def test_a_state_lives_ten_minutes(api: Api, provider: FakeProvider, clock: Clock) -> None:
    early, late = begin(api), begin(api)
    codes_ = [provider.sign_in(one) for one in (early, late)]
    clock.shift(590)
    assert come_back(api, early, code=codes_[0]).status == 200
    clock.shift(11)
    reply = come_back(api, late, code=codes_[1])
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])


def test_a_state_is_good_at_its_own_provider_alone(
    api: Api, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [{"name": name, "issuer": ISSUER, "client_id": "pushcart"} for name in ("acme", "other")]
    monkeypatch.setenv("OIDC_PROVIDERS", json.dumps(both))
    invitation = begin(api)
    code, cookie = provider.sign_in(invitation), {"cookie": invitation.cookie}
    path = CALLBACK.replace("acme", "other")
    refused(api.get(path, query={"state": invitation.state, "code": code}, headers=cookie), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("name", ["nobody", "ACME", "x" * 129])
def test_an_unknown_provider_is_not_found(api: Api, provider: FakeProvider, name: str) -> None:
    reply = api.get(f"/api/v1/auth/oidc/{name}/callback", query={"state": "x", "code": "x"})
    assert (reply.status, reply.codes) == (404, ["NOT_FOUND"])


@pytest.mark.parametrize(
    ("about", "iss", "status"),
    [
        ({}, ISSUER, 200),
        ({}, "https://evil.example", 401),
        ({}, f"{ISSUER}/", 401),
        ({"authorization_response_iss_parameter_supported": True}, ISSUER, 200),
        ({"authorization_response_iss_parameter_supported": True}, None, 401),
        ({"authorization_response_iss_parameter_supported": False}, None, 200),
    ],
)
def test_an_answer_of_another_provider_is_not_listened_to(
    api: Api, provider: FakeProvider, about: dict[str, Any], iss: str | None, status: int
) -> None:
    """Mix-up: RFC 9207."""
    provider.about = about
    invitation = begin(api)
    said = {"iss": iss} if iss else {}
    reply = come_back(api, invitation, code=provider.sign_in(invitation), **said)
    assert reply.status == status
    if status == 401:
        assert provider.asked.count(f"POST {TOKEN}") == 0
        refused(come_back(api, begin(api), error="access_denied", **said), 401, "UNAUTHENTICATED")


def test_the_code_of_another_sign_in_is_refused_by_its_verifier(api: Api, provider: FakeProvider) -> None:
    victim, attacker = begin(api), begin(api)
    stolen = provider.sign_in(victim)
    refused(come_back(api, attacker, code=stolen), 401, "UNAUTHENTICATED")


def test_when_signing_fails_no_session_is_opened_and_the_next_try_finds_the_account(
    api: Api, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import access_tokens
    from utils.errors import Unavailable

    def fail(**_: object) -> str:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(access_tokens, "issue", fail)
        assert signed_in(api, provider).status == 503
    assert sessions() == []
    assert signed_in(api, provider).status == 200
    assert len(profiles()) == 1


def test_no_secret_is_logged_or_stored(api: Api, provider: FakeProvider, capsys: pytest.CaptureFixture[str]) -> None:
    invitation = begin(api)
    code = provider.sign_in(invitation)
    reply = come_back(api, invitation, code=code)
    provider.twist = TWISTED["a damaged signature"]
    signed_in(api, provider)
    printed = capsys.readouterr()
    secrets = [code, invitation.state, invitation.cookie.partition("=")[2], invitation.query["nonce"],
               "an-access-token", json.loads(SECRETS)["acme"], reply.json["access_token"], reply.json["refresh_token"],
               EMAIL, ADA["sub"]]  # fmt: skip
    for secret in secrets:
        assert secret not in printed.out + printed.err
    for secret in secrets[:-2]:
        assert secret not in dump()


def test_the_policy_is_what_is_called(api: Api, provider: FakeProvider, clock: Clock) -> None:
    client_id = make_client()
    customer(api, "pre@example.org")
    forget_what_is_kept()
    with record() as calls:
        for claimed in ({}, {"sub": "pre-1", "email": "pre@example.org"}):
            invitation = begin(api)
            code = provider.sign_in(invitation, **claimed)
            come_back(api, invitation, code=code)
        told(signed_in(api, provider, for_client(client_id)))
    begun = {touch for call in calls if "STATE#" in str(call.parameters) for touch in call.touches}
    assert begun
    touches = {touch for call in calls for touch in call.touches} - _start_alone()
    assert_exact_policy(handler.declaration, touches)


def _start_alone() -> set[Any]:
    from functions.accounts.start_oidc import handler as start

    return granted(start.declaration) - granted(handler.declaration)


def test_somebody_known_costs_two_reads_and_one_write_beside_the_state(api: Api, provider: FakeProvider) -> None:
    signed_in(api, provider)
    invitation = begin(api)
    code = provider.sign_in(invitation)
    with record() as calls:
        come_back(api, invitation, code=code)
    assert [call.operation for call in calls] == [
        "GetItem", "DeleteItem", "BatchGetItem", "BatchGetItem", "Sign", "TransactWriteItems",
    ]  # fmt: skip
