"""GET /.well-known/openid-configuration

Its addresses are held against the declared routes beside those of the other document, in test_oauth_metadata.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

from functions.accounts.openid_configuration import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.oauth import answer_of, refused, registered
from Test_py.support.people import customer
from Test_py.support.shopkeeping import recorded

PATH = "/.well-known/openid-configuration"
REQUIRED = {
    "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
    "subject_types_supported", "id_token_signing_alg_values_supported",
}  # fmt: skip


def test_it_holds_what_is_required_and_all_of_the_other_document(api: Api) -> None:
    told, server = api.get(PATH).json, api.get("/.well-known/oauth-authorization-server").json
    assert set(told) >= REQUIRED
    assert {name: told[name] for name in server} == server
    assert told["subject_types_supported"] == ["public"]


def test_an_id_token_is_as_it_says(api: Api) -> None:
    told, tracker = api.get(PATH).json, registered(api)
    token = tracker.tokens(customer(api).token, nonce="n")["id_token"]
    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert [header["alg"]] == told["id_token_signing_alg_values_supported"]
    assert set(claims) == set(told["claims_supported"])
    assert claims["iss"] == told["issuer"]


def test_what_it_says_is_not_supported_is_refused(api: Api) -> None:
    told, tracker, ada = api.get(PATH).json, registered(api), customer(api).token
    for name in ("request", "request_uri"):
        assert told[f"{name}_parameter_supported"] is False
        reply = refused(tracker.ask(ada, **{name: "x"}), f"{name}_not_supported")
        assert answer_of(reply)["error"] == f"{name}_not_supported"


def test_it_may_be_cached_and_asks_nobody(api: Api) -> None:
    assert api.get(PATH).headers["cache-control"] == "public, max-age=300"
    assert_exact_policy(handler.declaration, recorded(lambda: api.get(PATH)).touches)
