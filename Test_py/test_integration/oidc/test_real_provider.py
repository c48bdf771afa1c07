"""Signing in through a real OpenID provider (npm: oidc-provider), from the first redirect to a call with the tokens."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from infra.local.clients import client
from pushcart import queues, tables
from pushcart.accounts.oidc import web
from pushcart.accounts.service import user_id_of
from Test_py.support import identity_provider
from Test_py.support.accounts import items
from Test_py.support.client import Api, Reply
from Test_py.support.external_sign_in import CLIENT_URI, make_client, ties
from Test_py.support.forge import b64
from Test_py.support.oidc_provider import Browser, RealProvider, running
from Test_py.support.people import customer, log_in

BASE = "http://127.0.0.1:8000"
START, CALLBACK = "/api/v1/auth/oidc/real/start", "/api/v1/auth/oidc/real/callback"


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    with running(BASE + CALLBACK) as found:
        yield found


@pytest.fixture
def api(api: Api, real: RealProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A laptop's shop that is set up for the real provider, by the real way there."""
    monkeypatch.setenv("PUSHCART_STAGE", "local")
    monkeypatch.setenv("OIDC_PROVIDERS", real.settings)
    secret_id = queues.oidc_clients.secret_id
    client("secretsmanager").put_secret_value(SecretId=secret_id, SecretString=real.secrets)
    before = web.use(web.Pool())
    identity_provider.forget()
    yield api
    web.put_back(before)
    identity_provider.forget()


def sign_in(api: Api, login: str, query: dict[str, str] | None = None, *, declines: bool = False) -> Reply:
    """Go all the way as ``login``: out by our redirect, through the provider's forms, and back with our cookie."""
    out = api.get(START, query=query)
    assert out.status == 303, out.body
    back = Browser(login, declines=declines).go(out.headers["location"], until=BASE + CALLBACK)
    cookie = {"cookie": out.headers["set-cookie"].partition(";")[0]}
    return api.get(back.removeprefix(BASE), headers=cookie)


def test_somebody_new_signs_in_and_is_known_the_next_time(api: Api) -> None:
    first = sign_in(api, "ada")
    assert first.status == 200, first.body
    me = api.get("/api/v1/users/me", token=first.json["access_token"]).data
    shown = [me[name] for name in ("email", "email_verified", "name", "locale")]
    assert shown == ["ada@example.org", True, "ada of the provider", "de-DE"]
    second = sign_in(api, "ada")
    assert api.get("/api/v1/users/me", token=second.json["access_token"]).data["id"] == me["id"]
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": second.json["refresh_token"]}).status == 200
    assert len(ties()) == 1


def test_a_strangers_account_for_the_same_address_is_taken_over(api: Api) -> None:
    eve = customer(api, "bea@example.org")
    assert sign_in(api, "bea").status == 200
    assert user_id_of("bea@example.org") == eve.id
    assert log_in(api, "bea@example.org").status == 401
    assert api.post("/api/v1/auth/refresh", json={"refresh_token": eve.refresh_token}).status == 401


def test_a_client_of_ours_gets_a_code_and_exchanges_it(api: Api) -> None:
    verifier = secrets.token_urlsafe(32)
    challenge = b64(hashlib.sha256(verifier.encode()).digest())
    client_id = make_client()
    asked = {"client_id": client_id, "redirect_uri": CLIENT_URI, "code_challenge": challenge, "state": "xyz"}
    reply = sign_in(api, "cleo", asked)
    assert reply.status == 303, reply.body
    told = parse_qs(urlsplit(reply.headers["location"]).query)
    assert (told["state"], told["iss"]) == (["xyz"], [BASE])
    form = {
        "grant_type": "authorization_code", "code": told["code"][0], "redirect_uri": CLIENT_URI,
        "code_verifier": verifier, "client_id": client_id,
    }  # fmt: skip
    headers = {"content-type": "application/x-www-form-urlencoded"}
    tokens = api.post("/api/v1/oauth/token", body=urlencode(form), headers=headers)
    assert tokens.status == 200, tokens.body
    assert tokens.json["scope"] == "account"
    me = api.get("/api/v1/users/me", token=tokens.json["access_token"])
    assert me.data["email"] == "cleo@example.org"


def test_an_address_that_the_provider_did_not_check_opens_nothing(api: Api) -> None:
    reply = sign_in(api, "unverified-dan")
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])
    assert items(tables.accounts, "USER#", "PROFILE") == []


def test_whoever_leaves_the_provider_is_told_so(api: Api) -> None:
    reply = sign_in(api, "ada", declines=True)
    assert (reply.status, reply.codes) == (403, ["FORBIDDEN"])
    assert reply.json["errors"][0]["detail"] == "access_denied"


def test_the_callback_is_nothing_to_a_browser_that_did_not_begin(api: Api) -> None:
    ours, theirs = api.get(START), api.get(START)
    back = Browser("eve").go(theirs.headers["location"], until=BASE + CALLBACK)
    cookie = {"cookie": ours.headers["set-cookie"].partition(";")[0]}
    reply = api.get(back.removeprefix(BASE), headers=cookie)
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])
    assert items(tables.accounts, "USER#", "SESSION#") == []


def test_a_wrong_secret_at_the_provider_is_our_trouble(api: Api, real: RealProvider) -> None:
    wrong = json.dumps({real.name: "not the secret"})
    client("secretsmanager").put_secret_value(SecretId=queues.oidc_clients.secret_id, SecretString=wrong)
    reply = sign_in(api, "ada")
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])
    assert items(tables.accounts, "USER#", "PROFILE") == []
