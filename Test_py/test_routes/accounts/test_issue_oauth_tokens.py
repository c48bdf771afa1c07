"""POST /api/v1/oauth/token"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from jwcrypto import jwk, jws
from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient

from functions.accounts.issue_oauth_tokens import handler
from infra.local.clients import client
from pushcart import tables
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.oauth import (
    API,
    CALLBACK,
    FORM,
    LOOPBACK,
    VERIFIER,
    Program,
    challenge_of,
    form,
    machine,
    public,
    refused,
    registered,
    removed,
)
from Test_py.support.people import Person
from Test_py.support.shopkeeping import operations, recorded
from Test_py.test_routes.accounts.test_reset_password import profile_of
from utils.clock import now, rfc3339

PATH = f"{API}/token"
UNKNOWN = "cli_01HZZZZZZZZZZZZZZZZZZZZZZZ"


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, payload, _ = token.split(".")
    return json.loads(urlsafe_b64decode(header + "==")), json.loads(urlsafe_b64decode(payload + "=="))


@pytest.fixture
def ada(api: Api) -> Person:
    return people.customer(api)


@pytest.fixture
def tracker(api: Api) -> Program:
    return registered(api)


def test_a_code_becomes_tokens_that_do_what_was_approved_and_no_more(api: Api, tracker: Program, ada: Person) -> None:
    reply = tracker.exchange(tracker.code(ada.token, nonce="n-1"))
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    told = reply.json
    assert set(told) == {"access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"}
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 600, "openid purchases:read")
    _, claims = claims_of(told["access_token"])
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (ada.id, tracker.client_id, told["scope"])
    assert api.get("/api/v1/orders", token=told["access_token"]).status == 200
    assert api.get("/api/v1/users/me", token=told["access_token"]).codes == ["FORBIDDEN"]
    for secret in (told["access_token"], told["refresh_token"], str(tracker.secret)):
        assert secret not in dump()


def test_an_id_token_says_who_signed_in_to_this_client_alone(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token, nonce="n-0S6")
    keys = jwk.JWKSet.from_json(api.get("/.well-known/jwks.json").body.decode())
    signed = jws.JWS()
    signed.deserialize(told["id_token"])
    signed.verify(keys.get_key(signed.jose_header["kid"]))
    header, claims = claims_of(told["id_token"])
    assert (header["typ"], header["alg"]) == ("JWT", "ES256")
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "auth_time", "nonce"}
    assert (claims["aud"], claims["sub"], claims["nonce"]) == (tracker.client_id, ada.id, "n-0S6")
    assert 0 < claims["exp"] - claims["iat"] <= 600
    assert claims["auth_time"] <= claims["iat"]


def test_an_id_token_opens_nothing(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token)
    assert api.get("/api/v1/orders", token=told["id_token"]).status == 401
    assert tracker.introspect(told["id_token"]) == {"active": False}
    refused(tracker.refresh(told["id_token"]), "invalid_grant")


def test_without_openid_there_is_no_id_token_and_without_the_grant_no_refresh_token(api: Api, ada: Person) -> None:
    once = registered(api, grants=["authorization_code"])
    told = once.tokens(ada.token, scope="purchases:read")
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    refused(once.refresh("rt_x"), "unauthorized_client")


def test_the_session_is_no_fresher_than_the_sign_in_that_approved_it(api: Api, ada: Person, clock: Clock) -> None:
    own = registered(api, scopes=["account"], first_party=True)
    clock.shift(8 * 60)
    told = own.tokens(ada.token, scope="account")
    clock.shift(8 * 60)
    reply = api.post("/api/v1/users/me/data-export", token=told["access_token"], key="export")
    assert reply.codes == ["STEP_UP_REQUIRED"]


def test_a_public_client_proves_itself_by_the_verifier(api: Api, ada: Person) -> None:
    app = public(api)
    port = LOOPBACK.replace("1/", "1:53123/")
    code = app.code(ada.token, redirect_uri=port)
    refused(app.exchange(code, redirect_uri=LOOPBACK), "invalid_grant")
    assert app.exchange(code, redirect_uri=port).status == 200


def test_a_client_gets_a_token_for_itself(api: Api) -> None:
    script = machine(api, "inventory:read", "catalog:read")
    reply = script.own_token()
    assert (reply.status, set(reply.json)) == (200, {"access_token", "token_type", "expires_in", "scope"})
    assert reply.json["scope"] == "catalog:read inventory:read"
    _, claims = claims_of(reply.json["access_token"])
    assert (claims["sub"], claims["sid"], claims["roles"]) == (script.client_id, script.client_id, [])
    assert claims["exp"] - claims["iat"] == 600
    narrow = script.own_token(scope="catalog:read").json["access_token"]
    assert api.get("/api/v1/inventory", token=narrow).codes == ["FORBIDDEN"]
    assert api.get("/api/v1/inventory", token=reply.json["access_token"]).status == 200
    assert api.get("/api/v1/users/me", token=reply.json["access_token"]).codes == ["FORBIDDEN"]


@pytest.mark.parametrize("scope", ["orders:write", "inventory:read keys:manage", "account", "openid", "x" * 3000])
def test_and_no_more_than_it_was_registered_with(api: Api, scope: str) -> None:
    refused(machine(api, "inventory:read").own_token(scope=scope), "invalid_scope")


def test_refreshing_goes_from_token_to_token(tracker: Program, ada: Person) -> None:
    first = tracker.tokens(ada.token)
    second = tracker.refresh(first["refresh_token"])
    assert second.status == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert second.json["scope"] == first["scope"]
    _, claims = claims_of(second.json["access_token"])
    assert claims["client_id"] == tracker.client_id


def test_a_refresh_may_ask_for_less_and_never_for_more(api: Api, tracker: Program, ada: Person) -> None:
    told = tracker.tokens(ada.token, scope="openid purchases:read")
    refused(tracker.refresh(told["refresh_token"], scope="purchases:read profile:read"), "invalid_scope")
    refused(tracker.refresh(told["refresh_token"], scope="account"), "invalid_scope")
    less = tracker.refresh(told["refresh_token"], scope="openid").json
    assert less["scope"] == "openid"
    assert api.get("/api/v1/orders", token=less["access_token"]).codes == ["FORBIDDEN"]
    assert tracker.refresh(less["refresh_token"]).json["scope"] == "openid purchases:read", "the grant is as it was"


def test_both_ways_to_show_a_secret_are_good_and_not_at_once(tracker: Program) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": "rt_x"}
    shown = {"client_id": tracker.client_id, "client_secret": tracker.secret}
    refused(tracker.post("token", fields), "invalid_grant")
    refused(tracker.post("token", fields | shown, headers={}), "invalid_grant")
    refused(tracker.post("token", fields | shown), "invalid_request")
    refused(tracker.post("token", fields | {"client_id": UNKNOWN}), "invalid_request")
    refused(tracker.post("token", fields | {"client_id": tracker.client_id}), "invalid_grant")


def test_whoever_does_not_prove_itself_is_told_one_thing_at_the_same_work(api: Api, tracker: Program) -> None:
    app, gone = public(api), registered(api)
    removed(api, gone)
    ways = {
        "a wrong secret": Program(api, tracker.client_id, "v1.wrong"),
        "no secret": Program(api, tracker.client_id, None),
        "an unknown client": Program(api, UNKNOWN, "v1.wrong"),
        "a removed client": gone,
        "a public one with a secret": Program(api, app.client_id, "v1.any"),
        "another's secret": Program(api, tracker.client_id, gone.secret),
    }
    replies, work = [], []
    for program in ways.values():
        seen = recorded(lambda program=program: replies.append(program.own_token()))
        work.append(operations(seen))
    for reply in replies:
        refused(reply, "invalid_client", 401)
        assert reply.headers["www-authenticate"].startswith("Basic ")
    assert len({reply.body for reply in replies}) == 1
    assert work == [["BatchGetItem", "UpdateItem"]] * len(work)


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !!!", "Basic " + b64encode(b"no colon").decode(), "Basic " + b64encode(b"\xff:\xff").decode(),
     "Basic " + b64encode(b":").decode(), "Basic " + b64encode(b"cli_\n:x").decode(), "basic " + "A" * 4000],
)  # fmt: skip
def test_bad_credentials_are_no_crash(api: Api, authorization: str) -> None:
    headers = FORM | {"authorization": authorization}
    refused(api.post(PATH, body="grant_type=client_credentials", headers=headers), "invalid_client", 401)


def test_after_twenty_failures_a_client_waits_from_there_and_only_there(api: Api, clock: Clock) -> None:
    script = machine(api)
    thief = Program(api, script.client_id, "v1.guess")
    statuses = [thief.own_token().status for _ in range(21)]
    assert statuses == [401] * 20 + [429]
    reply = refused(script.own_token(), "temporarily_unavailable", 429)
    assert 0 < int(reply.headers["retry-after"]) <= 900
    assert script.post("token", {"grant_type": "client_credentials"}, source_ip="198.51.100.7").status == 200
    clock.shift(901)
    assert script.own_token().status == 200


@pytest.mark.parametrize("missing", ["code", "redirect_uri", "code_verifier", "grant_type"])
def test_missing_fields_are_told(tracker: Program, ada: Person, missing: str) -> None:
    fields = {
        "grant_type": "authorization_code",
        "code": tracker.code(ada.token),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    refused(tracker.post("token", fields | {missing: None}), "invalid_request")
    refused(tracker.post("token", fields | {missing: ""}), "invalid_request")


def test_a_refresh_without_a_token_is_told(tracker: Program) -> None:
    refused(tracker.refresh(""), "invalid_request")
    refused(tracker.refresh("rt_x", scope="x" * 1001), "invalid_request")


def test_other_grants_are_not_supported(api: Api, tracker: Program, ada: Person) -> None:
    for grant in ("password", "urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit", "x" * 3000):
        fields = {"grant_type": grant, "username": ada.email, "password": people.PASSWORD}
        refused(tracker.post("token", fields), "unsupported_grant_type")
    refused(tracker.own_token(), "unauthorized_client")
    refused(machine(api).refresh("rt_x"), "unauthorized_client")
    refused(machine(api).exchange("x"), "unauthorized_client")


def test_what_it_does_not_know_is_ignored_and_what_comes_twice_refused(api: Api) -> None:
    script = machine(api)
    assert script.own_token(audience="x", resource="https://x").status == 200
    for twice in ("grant_type=client_credentials&grant_type=refresh_token", "grant_type=client_credentials&x=1&x=2"):
        refused(api.post(PATH, body=twice, headers=FORM | script.basic), "invalid_request")


def test_only_a_form_is_taken(api: Api) -> None:
    script = machine(api)
    body = {"grant_type": "client_credentials", "client_id": script.client_id, "client_secret": script.secret}
    refused(api.post(PATH, json=body), "invalid_request")
    refused(api.post(PATH, body=form(body)), "invalid_request")
    refused(api.post(PATH, body=b"a=%ff", headers=FORM), "invalid_request")
    refused(api.post(PATH, body="&".join(f"a{n}=1" for n in range(60)), headers=FORM), "invalid_request")
    refused(api.post(PATH, query=body, body="", headers=FORM), "invalid_client", 401)


def test_when_signing_fails_the_code_is_still_good(
    tracker: Program, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import access_tokens, id_tokens
    from utils.errors import Unavailable

    def fail(*_: object, **__: object) -> str:
        raise Unavailable

    code, before = tracker.code(ada.token), len(items(tables.accounts, "USER#", "SESSION#"))
    for module, name in ((access_tokens, "issue"), (id_tokens, "issue")):
        with monkeypatch.context() as broken:
            broken.setattr(module, name, fail)
            refused(tracker.exchange(code), "temporarily_unavailable", 503)
        assert len(items(tables.accounts, "USER#", "SESSION#")) == before, "nothing is left half done"
    assert tracker.exchange(code).status == 200


def test_an_independent_client_library_gets_along_with_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """oauthlib writes the requests and reads the answers; only the sending is ours. It insists on https."""
    monkeypatch.setenv("TOKEN_ISSUER", "https://api.example.com")
    tracker, ada = registered(api), people.customer(api)
    library = WebApplicationClient(tracker.client_id)
    metadata = api.get("/.well-known/oauth-authorization-server").json
    uri = library.prepare_request_uri(
        metadata["authorization_endpoint"], redirect_uri=CALLBACK, scope=["openid", "purchases:read"], state="s-1",
        code_challenge=challenge_of(VERIFIER), code_challenge_method="S256",
    )  # fmt: skip
    path = uri.removeprefix(metadata["issuer"])
    assert api.get(path, token=ada.token).json["client_name"] == "Parcel tracker"
    query = path.partition("?")[2]
    reply = api.post(f"{API}/authorize", body=f"{query}&decision=approve", headers=FORM, token=ada.token)
    answer = library.parse_request_uri_response(reply.json["redirect_to"], state="s-1")
    assert answer["iss"] == metadata["issuer"]
    body = library.prepare_request_body(
        code=answer["code"], redirect_uri=CALLBACK, code_verifier=VERIFIER, include_client_id=False
    )
    told = api.post(PATH, body=body, headers=FORM | tracker.basic)
    tokens = library.parse_request_body_response(told.body.decode())
    assert tokens["refresh_token"].startswith("rt_")
    assert sorted(tokens.scopes) == ["openid", "purchases:read"]
    refresh = library.prepare_refresh_body(refresh_token=tokens["refresh_token"])
    renewed = api.post(PATH, body=refresh, headers=FORM | tracker.basic)
    assert library.parse_request_body_response(renewed.body.decode())["token_type"] == "Bearer"
    script = machine(api)
    backend = BackendApplicationClient(script.client_id)
    asked = backend.prepare_request_body(include_client_id=True, client_secret=script.secret, scope="inventory:read")
    given = api.post(PATH, body=asked, headers=FORM)
    assert backend.parse_request_body_response(given.body.decode())["expires_in"] == 600


def test_its_calls_and_its_policy(api: Api, tracker: Program, ada: Person) -> None:
    script, code = machine(api), tracker.code(ada.token)
    forget_what_is_kept()
    told: list[Any] = []
    first = recorded(lambda: told.append(tracker.exchange(code).json))
    again = recorded(lambda: tracker.exchange(code))
    own = recorded(script.own_token)
    tokens = tracker.tokens(ada.token)
    renewed = recorded(lambda: tracker.refresh(tokens["refresh_token"]))
    assert operations(own) == ["BatchGetItem", "Sign"]
    assert operations(renewed) == ["BatchGetItem", "BatchGetItem", "Sign", "TransactWriteItems"]
    assert operations(again) == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, first.touches | again.touches | own.touches | renewed.touches)


def test_a_session_that_its_owner_ended_opens_no_other_while_its_access_token_lasts(
    api: Api, ada: Person, clock: Clock
) -> None:
    shop_app = public(api, first_party=True, scopes=["account"])
    profile = profile_of(ada.id) | {"sessions_from": {"S": rfc3339(now() + timedelta(seconds=1))}}
    client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
    clock.shift(2)
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).status == 401
    refused(shop_app.exchange(shop_app.code(ada.token, scope="account")), "invalid_grant")
    anew = people.logged_in(api, ada)
    assert shop_app.exchange(shop_app.code(anew.token, scope="account")).status == 200
