"""The authorizer: who calls, by their access token or API key. It never denies and never raises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.system.authorizer import handler
from infra.local.recorder import record
from pushcart import queues, tables
from pushcart.accounts import access_tokens, id_tokens, key_ring, liveness
from pushcart.accounts.service.new_sessions import open_session
from pushcart.accounts.sessions import Client
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.forge import Forger
from Test_py.support.forgeries import Make, forgeries
from Test_py.support.program_forgeries import gather, program_forgeries
from Test_py.support.programs import SCOPES, client_forger, made_key, registered_client, revoke
from Test_py.support.shopkeeping import end_sessions, session
from utils import aws
from utils.clock import now, rfc3339
from utils.errors import Unavailable
from utils.transaction import Transaction

CASES = list(forgeries())
PROGRAM_CASES = list(program_forgeries())
USER, SESSION = "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"
LIMIT_OF_THE_GATEWAY = 10_000

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture
def fresh(aws: None) -> Iterator[None]:
    """A process that knows neither keys nor sessions, before and after."""
    forget_what_is_kept()
    yield
    forget_what_is_kept()


@pytest.fixture
def forger(aws: None) -> Forger:
    """A forger of tokens of a session that lives: what is refused is refused for what is wrong with it."""
    tx = Transaction()
    open_session(tx, USER, ["customer"], Client("127.0.0.1", "tests"), session_id=SESSION)
    tx.commit()
    return Forger(USER, SESSION)


def said(authorization: str | None, *, kept: bool = True) -> dict[str, Any]:
    """Ask the handler as the gateway does, and hold its answer to the shape that the gateway takes."""
    event = {"type": "REQUEST", "headers": {} if authorization is None else {"Authorization": authorization}}
    answer = json.loads(json.dumps(handler(event | {"identitySource": [authorization] if kept else None}, None)))
    assert set(answer) == {"isAuthorized", "context"}
    assert answer["isAuthorized"] is True
    context: dict[str, Any] = answer["context"]
    assert all(isinstance(value, str | int) for value in context.values())
    return context


def silence(monkeypatch: pytest.MonkeyPatch, *services: str) -> None:
    """Let calls of these services fail, as when AWS cannot be reached."""
    real = aws.call

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if service in services:
            raise Unavailable
        return real(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", call)


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
    assert len({name for name, _ in PROGRAM_CASES}) == len(PROGRAM_CASES) >= 60


@pytest.mark.parametrize(("name", "make"), CASES, ids=[name[:60] for name, _ in CASES])
def test_no_forged_or_twisted_token_is_taken(api: Api, forger: Forger, name: str, make: Make) -> None:
    token = make(forger)
    for kept in (True, False):
        assert said(f"Bearer {token}", kept=kept) == {"auth_error": "UNAUTHENTICATED"}
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


def test_a_program_that_acts_for_itself_is_known_by_its_token(api: Api) -> None:
    robot = client_forger()
    told = {
        "sub": robot.user_id, "sid": robot.user_id, "kind": "client", "roles": "", "scope": " ".join(SCOPES),
        "exp": robot.claims["exp"],
    }  # fmt: skip
    assert said(f"Bearer {robot.token()}") == told
    named = robot.token(client_id=robot.user_id)
    assert said(f"Bearer {named}") == told | {"client_id": robot.user_id}
    issued = access_tokens.issue(user_id=robot.user_id, session_id=robot.user_id, scope=" ".join(SCOPES), roles=[])
    assert said(f"Bearer {issued}")["kind"] == "client"
    assert api.get("/api/v1/inventory", token=issued).status == 200
    assert api.get("/api/v1/orders", token=issued).status == 403, "it was not given that"
    assert api.get("/api/v1/users/me", token=issued).status == 403, "it is nobody's"


def test_an_api_key_is_known_by_itself(api: Api) -> None:
    made = made_key(api, session("admin"))
    told = said(f"Bearer {made['key']}")
    assert told == {
        "sub": made["id"], "sid": made["id"], "kind": "client", "roles": "", "scope": " ".join(SCOPES),
        "exp": told["exp"],
    }  # fmt: skip
    assert told["exp"] - now().timestamp() == pytest.approx(90 * 86_400, abs=5)
    assert said(f"bearer  {made['key']}", kept=False) == told
    assert api.get("/api/v1/inventory", token=made["key"]).status == 200
    assert api.get("/api/v1/orders", token=made["key"]).status == 403, "it was not given that"
    for path in ("/api/v1/users/me", "/api/v1/api-keys"):
        assert api.get(path, token=made["key"]).status == 403, "no key is given people's own"


def test_an_app_that_acts_for_somebody_is_known_with_its_client(forger: Forger) -> None:
    client_id = registered_client()
    told = said(f"Bearer {forger.token(client_id=client_id, scope='profile:read')}")
    assert (told["sub"], told["client_id"], told["scope"]) == (USER, client_id, "profile:read")
    assert "kind" not in told


def test_nothing_that_an_attacker_may_have_got_hold_of_opens_anything(
    api: Api, forger: Forger, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    loot = gather(api, session("admin"), clock, USER, SESSION)
    for good in (loot.user.token(), loot.client.token(), loot.key, loot.other):
        assert "sub" in said(f"Bearer {good}"), "what is genuine is taken, so a refusal means something"
    real = id_tokens.issue(user_id=USER, client_id=loot.client.user_id, authenticated_at=rfc3339(now()), nonce="n")
    taken = []
    for name, token in [*((name, make(loot)) for name, make in PROGRAM_CASES), ("a real id token", real)]:
        if not _is_refused(api, token):
            taken.append(name)
    assert taken == []
    with capsys.disabled():
        print(f"\n{len(CASES)} forged and twisted tokens, {len(PROGRAM_CASES) + 1} credentials of programs: 0 accepted")


def _is_refused(api: Api, token: str) -> bool:
    """Whether the authorizer refuses it in both its ways, and the gateway's routes with it."""
    if any(said(f"Bearer {token}", kept=kept) != {"auth_error": "UNAUTHENTICATED"} for kept in (True, False)):
        return False
    if len(token) >= LIMIT_OF_THE_GATEWAY:
        return True
    paths = ("/api/v1/inventory", "/api/v1/carts/crt_01HZZZZZZZZZZZZZZZZZZZZZZZ")
    replies = [api.get(path, token=token) for path in paths]
    return [(reply.status, reply.codes) for reply in replies] == [(401, ["UNAUTHENTICATED"])] * 2


def test_where_the_gateway_remembers_a_session_is_looked_at_each_time(forger: Forger) -> None:
    token = forger.token()
    for _ in range(2):
        with record() as calls:
            assert said(f"Bearer {token}")["sub"] == USER
    assert [(call.operation, call.parameters["ConsistentRead"]) for call in calls] == [("GetItem", True)]
    end_sessions()
    assert said(f"Bearer {token}") == {"auth_error": "UNAUTHENTICATED"}


def test_where_it_does_not_this_process_remembers_for_a_minute(forger: Forger, clock: Clock) -> None:
    token = forger.token()
    assert said(f"Bearer {token}", kept=False)["sub"] == USER
    end_sessions()
    clock.shift(50)
    with record() as calls:
        assert said(f"Bearer {token}", kept=False)["sub"] == USER
    assert list(calls) == []
    clock.shift(10)
    assert said(f"Bearer {token}", kept=False) == {"auth_error": "UNAUTHENTICATED"}


@pytest.mark.parametrize("ended", ["revoked", "idle", "deleted"])
def test_an_ended_sessions_tokens_die_within_a_minute_on_every_route(
    api: Api, clock: Clock, forger: Forger, ended: str
) -> None:
    from infra.local.clients import client

    clock.shift(timedelta(days=14) - timedelta(minutes=2))
    token = forger.token()
    paths = ("/api/v1/users/me", "/api/v1/orders", "/api/v1/carts/crt_01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert not [path for path in paths if api.get(path, token=token).codes == ["TOKEN_EXPIRED"]]
    if ended == "revoked":
        end_sessions()
    elif ended == "idle":
        clock.shift(120)
    else:
        (raw,) = items(tables.accounts, "USER#", "SESSION#")
        client("dynamodb").delete_item(TableName=tables.accounts.physical_name, Key={k: raw[k] for k in ("pk", "sk")})
    clock.shift(60)
    for path in paths:
        reply = api.get(path, token=token)
        assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"]), path


def test_a_programs_end_is_seen_at_once_or_in_a_minute(api: Api, clock: Clock) -> None:
    admin = session("admin")
    made = made_key(api, admin)
    assert said(f"Bearer {made['key']}", kept=False)["sub"] == made["id"]
    assert revoke(api, admin, made["id"]).status == 204
    assert said(f"Bearer {made['key']}", kept=False)["sub"] == made["id"]
    assert said(f"Bearer {made['key']}") == {"auth_error": "UNAUTHENTICATED"}
    clock.shift(61)
    assert said(f"Bearer {made['key']}", kept=False) == {"auth_error": "UNAUTHENTICATED"}


def test_a_key_ends_on_time_though_it_is_remembered(api: Api, clock: Clock) -> None:
    made = made_key(api, session("admin"), expires_at=rfc3339(now() + timedelta(seconds=30)))
    assert api.get("/api/v1/inventory", token=made["key"]).status == 200
    assert said(f"Bearer {made['key']}", kept=False)["sub"] == made["id"]
    clock.shift(31)
    assert said(f"Bearer {made['key']}", kept=False) == {"auth_error": "UNAUTHENTICATED"}
    assert api.get("/api/v1/inventory", token=made["key"]).status == 401


def test_what_has_no_checksum_costs_no_read(api: Api) -> None:
    made = made_key(api, session("admin"))
    with record() as calls:
        said(f"Bearer {made['key'][:-1]}0" if made["key"][-1] != "0" else f"Bearer {made['key'][:-1]}1")
    assert list(calls) == []


def test_while_sessions_cannot_be_read_a_good_token_is_taken_and_it_is_told(
    api: Api, forger: Forger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = made_key(api, session("admin"))["key"]
    good, forged = forger.token(), forger.token(key=Forger(USER, SESSION).key.generate(kty="EC", crv="P-256"))
    assert said(f"Bearer {good}")["sub"] == USER
    silence(monkeypatch, "dynamodb")
    for kept in (True, False):
        liveness.RECENT.forget()
        assert said(f"Bearer {good}", kept=kept)["sub"] == USER
        assert said(f"Bearer {forged}", kept=kept) == {"auth_error": "UNAUTHENTICATED"}
        assert said(f"Bearer {key}", kept=kept) == {"auth_error": "UNAVAILABLE"}, "of a key nothing is known without"
    assert "taken as live" in capsys.readouterr().out


def test_when_keys_cannot_be_read_callers_are_told_to_come_back(
    api: Api, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = forger.token()
    for service in ("kms", "dynamodb"):
        forget_what_is_kept()
        with monkeypatch.context() as broken:
            silence(broken, service)
            assert said(f"Bearer {token}") == {"auth_error": "UNAVAILABLE"}
            assert said("Bearer nonsense") == {"auth_error": "UNAUTHENTICATED"}, "garbage is refused before anything"
            assert Api(api.gateway).get("/api/v1/users/me", token=token).status == 503


def test_a_key_that_was_read_serves_while_aws_is_silent(
    forger: Forger, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway keeps an answer for a minute, so one hiccup would shut a caller out for as long."""
    assert said(f"Bearer {forger.token()}")["sub"] == USER
    clock.shift(16 * 60)
    fresh = forger.token()
    silence(monkeypatch, "kms", "dynamodb")
    assert said(f"Bearer {fresh}")["sub"] == USER


def test_its_calls_and_its_policy(forger: Forger) -> None:
    token = forger.token()
    forget_what_is_kept()
    with record() as calls:
        said(f"Bearer {token}")
        said(f"Bearer {token}")
    assert [call.operation for call in calls] == ["Query", "GetPublicKey", "GetItem", "GetItem"]
    assert calls.made[1].parameters == {"KeyId": queues.token_signing.key_id}
    assert_exact_policy(handler.declaration, calls.touches)


def test_a_key_that_is_no_longer_held_is_not_taken(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ring.RING, "find", lambda _: None)
    assert said(f"Bearer {forger.token()}") == {"auth_error": "UNAUTHENTICATED"}


def test_no_token_is_logged(forger: Forger, capsys: pytest.CaptureFixture[str]) -> None:
    tokens = [forger.token(), *(make(forger) for _, make in CASES[:20])]
    for token in tokens:
        said(f"Bearer {token}")
    printed = capsys.readouterr()
    assert not [token for token in tokens if token in printed.out + printed.err]
