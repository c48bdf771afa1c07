"""GET /.well-known/oauth-authorization-server"""

from __future__ import annotations

import pytest

from functions.accounts.oauth_metadata import handler
from pushcart.access import CLIENT_SCOPES, CUSTOMER_SCOPES
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.oauth import machine, public, refused, registered
from Test_py.support.people import customer
from Test_py.support.shopkeeping import recorded
from utils.declarations import Loaded, Route

PATHS = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
METHODS = {"authorization_endpoint": {"GET", "POST"}, "jwks_uri": {"GET"}}

both = pytest.mark.parametrize("path", PATHS)


@both
def test_every_address_in_it_is_a_declared_route(api: Api, functions: list[Loaded], path: str) -> None:
    told = api.get(path).json
    declared: dict[str, set[str]] = {}
    for loaded in functions:
        if isinstance(loaded.declaration, Route):
            declared.setdefault(loaded.declaration.path, set()).add(loaded.declaration.method)
    addresses = {name: value for name, value in told.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) == 5
    for name, address in addresses.items():
        assert address.startswith(f"{told['issuer']}/")
        assert declared[address.removeprefix(told["issuer"])] == METHODS.get(name, {"POST"}), name


@both
def test_it_tells_who_we_are_as_our_tokens_do(api: Api, path: str) -> None:
    reply = api.get(path)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert "success" not in reply.json
    tracker = registered(api)
    assert reply.json["issuer"] == tracker.introspect(tracker.tokens(customer(api).token)["access_token"])["iss"]


@both
def test_an_issuer_that_ends_in_a_slash_doubles_none(api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_ISSUER", "https://api.example.com/")
    told = api.get(path).json
    assert told["issuer"] == "https://api.example.com/"
    assert told["token_endpoint"] == "https://api.example.com/api/v1/oauth/token"


@both
def test_what_it_says_is_supported_is_and_nothing_else(api: Api, path: str) -> None:
    told = api.get(path).json
    assert set(told["scopes_supported"]) == {"openid", "account", *CUSTOMER_SCOPES, *CLIENT_SCOPES}
    script, app = machine(api), public(api)
    for grant in told["grant_types_supported"]:
        reply = script.post("token", {"grant_type": grant})
        assert reply.status == 200 or reply.json["error"] in {"invalid_request", "unauthorized_client"}, grant
    refused(script.post("token", {"grant_type": "password"}), "unsupported_grant_type")
    shown = {"client_id": script.client_id, "client_secret": script.secret, "grant_type": "client_credentials"}
    ways = {
        "client_secret_basic": script.own_token().status,
        "client_secret_post": script.post("token", shown, headers={}).status,
        "none": {"unauthorized_client": 200}.get(app.own_token().json["error"]),
    }
    assert ways == dict.fromkeys(told["token_endpoint_auth_methods_supported"], 200)
    assert told["introspection_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    assert (told["response_types_supported"], told["response_modes_supported"]) == (["code"], ["query"])
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True


def test_it_asks_nobody(api: Api, clock: Clock) -> None:
    calls = recorded(lambda: api.get(PATHS[0], token="nonsense", query={"x": "1"}))
    assert_exact_policy(handler.declaration, calls.touches)
    assert not calls.touches
