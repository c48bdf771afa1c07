"""The authorizer: who calls, by their access token. It never denies and never raises."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.system.authorizer import handler
from infra.local.recorder import record
from pushcart import queues
from pushcart.accounts import signing_keys
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.forge import Forger
from Test_py.support.forgeries import Make, forgeries
from utils import aws
from utils.errors import Unavailable

CASES = list(forgeries())
USER, SESSION = "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"
LIMIT_OF_THE_GATEWAY = 10_000

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def forger() -> Forger:
    return Forger(USER, SESSION)


def said(authorization: str | None) -> dict[str, Any]:
    """Ask the handler as the gateway does, and hold its answer to the shape that the gateway takes."""
    event = {"type": "REQUEST", "headers": {} if authorization is None else {"Authorization": authorization}}
    answer = json.loads(json.dumps(handler(event, None)))
    assert set(answer) == {"isAuthorized", "context"}
    assert answer["isAuthorized"] is True
    context: dict[str, Any] = answer["context"]
    assert all(isinstance(value, str | int) for value in context.values())
    return context


def test_a_good_token_of_another_library_is_taken(forger: Forger, api: Api) -> None:
    issued = forger.claims["iat"]
    token = forger.token(roles=["customer", "support"], scope="account orders", iat=issued, exp=issued + 600)
    assert said(f"Bearer {token}") == {
        "sub": USER, "roles": "customer support", "scope": "account orders", "sid": SESSION,
        "exp": issued + 600,
    }  # fmt: skip
    assert said(f"bearer  {token}")["sub"] == USER, "the scheme's name has no case (RFC 9110, 11.1)"


def test_there_are_enough_cases_and_each_is_another() -> None:
    assert len(CASES) >= 60
    assert len({name for name, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("name", "make"), CASES, ids=[name[:60] for name, _ in CASES])
def test_no_forged_or_twisted_token_is_taken(api: Api, forger: Forger, name: str, make: Make) -> None:
    token = make(forger)
    assert said(f"Bearer {token}") == {"auth_error": "UNAUTHENTICATED"}
    if len(token) < LIMIT_OF_THE_GATEWAY:
        reply = api.get("/api/v1/users/me", token=token)
        assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
        assert reply.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Basic YTpi", "Token x", "Bearer\t{}", "{}", "Bearer {} {}", " Bearer {}", "ſ"],
)
def test_other_ways_to_write_the_header_are_refused(forger: Forger, authorization: str) -> None:
    assert said(authorization.replace("{}", forger.token())) == {"auth_error": "UNAUTHENTICATED"}


def test_nobody_is_nobody() -> None:
    assert said(None) == {}
    assert said("") == {}


def test_a_token_that_ran_out_is_told_apart_when_it_was_ours(forger: Forger, clock: Clock) -> None:
    token, forged = forger.token(), forger.token(key=Forger(USER, SESSION).key.generate(kty="EC", crv="P-256"))
    clock.shift(599)
    assert said(f"Bearer {token}")["sub"] == USER
    clock.shift(2)
    assert said(f"Bearer {token}") == {"auth_error": "TOKEN_EXPIRED"}
    assert said(f"Bearer {forged}") == {"auth_error": "UNAUTHENTICATED"}


def test_a_signers_clock_may_be_seconds_ahead(forger: Forger) -> None:
    issued = forger.claims["iat"] + 4
    assert said(f"Bearer {forger.token(iat=issued, exp=issued + 600)}")["sub"] == USER


def test_when_kms_cannot_be_asked_callers_are_told_to_come_back(
    api: Api, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> dict[str, Any]:
        raise Unavailable

    token = forger.token()
    forget_what_is_kept()
    monkeypatch.setattr(aws, "call", fail)
    assert said(f"Bearer {token}") == {"auth_error": "UNAVAILABLE"}
    assert said("Bearer nonsense") == {"auth_error": "UNAUTHENTICATED"}, "garbage is refused before KMS is asked"
    assert api.get("/api/v1/users/me", token=token).status == 503


def test_a_key_that_was_read_serves_while_kms_is_silent(
    forger: Forger, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway keeps an answer for a minute, so one hiccup of KMS would shut a caller out for as long."""

    def fail(*_: object, **__: object) -> dict[str, Any]:
        raise Unavailable

    assert said(f"Bearer {forger.token()}")["sub"] == USER
    clock.shift(16 * 60)
    issued = int(clock.now.timestamp())
    fresh = forger.token(iat=issued, exp=issued + 600)
    monkeypatch.setattr(aws, "call", fail)
    assert said(f"Bearer {fresh}")["sub"] == USER


def test_a_key_that_is_no_longer_held_is_not_taken(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "SIGNING_KEYS", ())
    assert said(f"Bearer {forger.token()}") == {"auth_error": "UNAUTHENTICATED"}


def test_kms_is_asked_once_and_the_policy_allows_no_more(forger: Forger, clock: Clock) -> None:
    token = forger.token()
    forget_what_is_kept()
    with record() as calls:
        said(f"Bearer {token}")
        said(f"Bearer {token}")
    assert [(call.operation, call.parameters) for call in calls] == [
        ("GetPublicKey", {"KeyId": queues.token_signing.key_id})
    ]
    assert_exact_policy(handler.declaration, calls.touches)


def test_no_token_is_logged(forger: Forger, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = [forger.token(), *(make(forger) for _, make in CASES[:20])]
    for token in tokens:
        said(f"Bearer {token}")
    printed = capsys.readouterr()
    assert not [token for token in tokens if token in printed.out + printed.err]
