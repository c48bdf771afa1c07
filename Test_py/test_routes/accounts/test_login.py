"""POST /api/v1/auth/login"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.accounts.login import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import tables
from pushcart.accounts import mfa_tokens, passwords, service
from pushcart.accounts.hashes import hashed
from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.repository import factors, people
from Test_py.support.accounts import CountingHasher, assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import PASSWORD, log_in, register
from Test_py.support.sessions import weaken_hash
from utils.clock import now
from utils.transaction import Transaction

PATH = "/api/v1/auth/login"
ADA = "ada@example.org"


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, payload, _ = token.split(".")
    return json.loads(urlsafe_b64decode(header + "==")), json.loads(urlsafe_b64decode(payload + "=="))


def disable(email: str) -> None:
    for profile in items(tables.accounts, "USER#", "PROFILE"):
        if profile["email"]["S"] == email:
            profile["disabled"] = {"BOOL": True}
            client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)


def switch_on_a_factor(email: str, recovery_codes: set[str] = frozenset({"v1.x"})) -> None:  # type: ignore[assignment]
    """Let an account have a second factor, whatever its secret may be."""
    user_id = service.user_id_of(email)
    assert user_id
    tx = Transaction()
    profile, key = people.profile(tx, user_id), FactorItem.key_of(user_id)
    assert profile
    moment = tx.moment
    factor = FactorItem(
        key.pk, key.sk, user_id=user_id, secret="sealed", confirmed_at=moment, created_at=moment, updated_at=moment
    )
    factor.recovery_codes = set(recovery_codes) or None
    tx.put(factor)
    factors.mark_profile(tx, profile, mfa=True)
    tx.commit()


def hash_of_ada() -> str:
    (stored,) = items(tables.accounts, "USER#", "PASSWORD")
    return str(stored["hash"]["S"])


def told(reply: Reply) -> tuple[int, Any]:
    return reply.status, reply.json["errors"]


@pytest.fixture
def ada(api: Api) -> Api:
    """The shop in which Ada has an account."""
    assert register(api, ADA).status == 202
    return api


def test_the_right_password_opens_a_session(ada: Api) -> None:
    reply = log_in(ada, "Ada@Example.org")
    assert reply.status == 200
    assert set(reply.data) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (reply.data["token_type"], reply.data["expires_in"]) == ("Bearer", 600)
    assert reply.headers["cache-control"] == "no-store"
    header, claims = claims_of(reply.data["access_token"])
    (session,) = items(tables.accounts, "USER#", "SESSION#")
    (key,) = ada.get("/.well-known/jwks.json").json["keys"]
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": key["kid"]}
    assert set(claims) == {"iss", "aud", "sub", "sid", "scope", "roles", "ver", "iat", "exp"}
    assert (claims["sid"], claims["sub"]) == (session["id"]["S"], session["user_id"]["S"])
    assert (claims["roles"], claims["aud"], claims["exp"] - claims["iat"]) == (["customer"], "pushcart", 600)


def test_each_log_in_is_a_session_of_its_own(ada: Api) -> None:
    first, second = log_in(ada, ADA), log_in(ada, ADA)
    assert first.data["refresh_token"] != second.data["refresh_token"]
    assert len(items(tables.accounts, "USER#", "SESSION#")) == 2


def test_unknown_wrong_and_disabled_are_one_refusal_at_one_verification_each(ada: Api, hasher: CountingHasher) -> None:
    register(ada, "disabled@example.org")
    disable("disabled@example.org")
    refusals, operations, verified = [], [], []
    for email, password in (
        ("nobody@example.org", PASSWORD),
        (ADA, "not the password"),
        ("disabled@example.org", PASSWORD),
    ):
        before = hasher.verified
        with record() as calls:
            refusals.append(told(log_in(ada, email, password)))
        operations.append([call.operation for call in calls])
        verified.append(hasher.verified - before)
    assert refusals[0][0] == 401
    assert refusals[0][1][0]["code"] == "UNAUTHENTICATED"
    assert refusals == refusals[:1] * 3
    assert operations == operations[:1] * 3
    assert verified == [1, 1, 1]
    assert items(tables.accounts, "USER#", "SESSION#") == []


def test_nobody_logs_in_by_the_decoy(ada: Api) -> None:
    for password in ("A" * 43, "\0" * 32, ""):
        assert log_in(ada, "nobody@example.org", password).status in {400, 401}


def test_after_ten_failures_even_the_right_password_waits(ada: Api, hasher: CountingHasher, clock: Clock) -> None:
    assert [log_in(ada, ADA, f"wrong {n}").status for n in range(10)] == [401] * 10
    reply = log_in(ada, ADA)
    assert (reply.status, reply.codes) == (429, ["RATE_LIMITED"])
    assert 0 < int(reply.headers["retry-after"]) <= 900
    assert hasher.verified == 10, "no work is done for what is refused"
    clock.shift(int(reply.headers["retry-after"]) + 1)
    assert log_in(ada, ADA).status == 200, "a count that has lapsed counts no more, even where TTL has not deleted it"


def test_no_fifteen_minutes_hold_more_than_ten_failures(ada: Api, clock: Clock) -> None:
    failed_at = []
    for _ in range(60):
        if log_in(ada, ADA, "wrong").status == 401:
            failed_at.append(now().timestamp())
        clock.shift(60)
    for moment in failed_at:
        assert len([other for other in failed_at if moment <= other < moment + 900]) <= 10


def test_guesses_at_once_are_counted_before_they_are_tried(ada: Api, hasher: CountingHasher) -> None:
    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(lambda n: log_in(ada, ADA, f"wrong {n}").status, range(40)))
    assert statuses.count(401) == 10
    assert statuses.count(429) == 30
    assert hasher.verified == 10


def test_the_owner_is_not_locked_out_by_somebody_elsewhere(ada: Api) -> None:
    assert log_in(ada, ADA, source_ip="198.51.100.7").status == 200
    statuses = [log_in(ada, ADA, "wrong", source_ip=f"203.0.113.{n}").status for n in range(11)]
    assert statuses == [401] * 10 + [429], "strangers are counted together, wherever they are"
    assert log_in(ada, ADA, source_ip="198.51.100.7").status == 200


def test_a_known_device_has_a_count_of_its_own(ada: Api) -> None:
    home = {"source_ip": "198.51.100.7"}
    assert log_in(ada, ADA, **home).status == 200
    assert [log_in(ada, ADA, "wrong", **home).status for _ in range(11)] == [401] * 10 + [429]
    assert log_in(ada, ADA, "wrong", headers={"user-agent": "another"}, **home).status == 401
    assert log_in(ada, ADA, source_ip="203.0.113.9").status == 200, "nor does the owner lock herself out elsewhere"


def test_a_device_is_a_network_and_an_agent_that_signed_in_for_thirty_days(ada: Api, clock: Clock) -> None:
    home = {"source_ip": "2001:db8:1:2::1"}
    assert log_in(ada, ADA, **home).status == 200
    for n in range(10):
        assert log_in(ada, ADA, "wrong", source_ip=f"203.0.113.{n}").status == 401
    assert log_in(ada, ADA, source_ip="2001:db8:1:2::ffff").status == 200, "the same network"
    assert log_in(ada, ADA, source_ip="2001:db8:1:3::1").status == 429
    assert log_in(ada, ADA, headers={"user-agent": "another"}, **home).status == 429
    clock.shift(timedelta(days=30, seconds=1))
    for n in range(10):
        assert log_in(ada, ADA, "wrong", source_ip=f"203.0.113.{n}").status == 401
    assert log_in(ada, ADA, **home).status == 429, "it is forgotten, even where TTL has not deleted it"


def test_who_waits_is_told_how_long_and_by_which_limit(ada: Api) -> None:
    for _ in range(10):
        log_in(ada, ADA, "wrong")
    headers = log_in(ada, ADA).headers
    assert headers["ratelimit-policy"] == '"sign-in";q=10;w=900'
    assert headers["ratelimit"] == f'"sign-in";r=0;t={headers["retry-after"]}'


def test_an_unknown_address_is_limited_like_a_known_one(ada: Api) -> None:
    known = [told(log_in(ada, ADA, "wrong"))[0] for _ in range(11)]
    unknown = [told(log_in(ada, "nobody@example.org", "wrong"))[0] for _ in range(11)]
    assert known == unknown


def test_good_log_ins_do_not_use_up_the_limit(ada: Api) -> None:
    assert [log_in(ada, ADA).status for _ in range(15)] == [200] * 15
    assert {counter["used"]["N"] for counter in items(tables.ephemeral, "RATE#sign-in#")} == {"0"}


def test_one_address_cannot_try_a_password_on_everybody(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "verify_password", lambda *_: False)
    statuses = [
        log_in(api, f"person-{n}@example.org", "Spring 2026!", source_ip="203.0.113.9").status for n in range(103)
    ]
    assert statuses == [401] * 100 + [429] * 3
    assert log_in(api, "person-1@example.org", "Spring 2026!", source_ip="198.51.100.7").status == 401


def test_strangers_on_a_network_do_not_stand_in_a_known_device_s_way(ada: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    cafe = {"source_ip": "203.0.113.9"}
    assert log_in(ada, ADA, **cafe).status == 200
    with monkeypatch.context() as cheap:
        cheap.setattr(passwords, "verify_password", lambda *_: False)
        for n in range(101):
            log_in(ada, f"person-{n}@example.org", "Spring 2026!", headers={"user-agent": "robot"}, **cafe)
    assert log_in(ada, "person-1@example.org", **cafe).status == 429
    assert log_in(ada, ADA, **cafe).status == 200


def test_when_too_many_fail_over_all_accounts_only_known_devices_are_listened_to(
    ada: Api, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setenv("SIGN_IN_FAILURES_OVERALL", "20")
    home, elsewhere = {"source_ip": "198.51.100.7"}, {"source_ip": "198.51.100.8"}
    assert log_in(ada, ADA, **home).status == 200
    statuses = [log_in(ada, f"person-{n}@example.org", "wrong", source_ip=f"203.0.113.{n}").status for n in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    refused = log_in(ada, ADA, **elsewhere)
    assert (refused.status, refused.headers["ratelimit-policy"]) == (429, '"sign-ins-overall";q=20;w=900')
    assert log_in(ada, ADA, **home).status == 200
    clock.shift(int(refused.headers["retry-after"]) + 1)
    assert log_in(ada, ADA, **elsewhere).status == 200


def test_sign_in_is_refused_when_attempts_cannot_be_counted(ada: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts.repository import attempts as repository
    from utils.errors import Unavailable

    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(repository, "count_attempt", fail)
    reply = log_in(ada, ADA)
    assert (reply.status, reply.codes) == (503, ["UNAVAILABLE"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": ["ada@example.org"]}, "email"),
        ({"password": ""}, "password"),
        ({"password": 12}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"password": {"$ne": ""}}, "password"),
        ({"roles": ["admin"]}, "roles"),
        ({"scope": "admin"}, "scope"),
    ],
)
def test_bad_fields_are_named(api: Api, change: dict[str, Any], field: str) -> None:
    reply = api.post(PATH, json={"email": ADA, "password": PASSWORD} | change)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])
    assert items(tables.ephemeral, "RATE#") == []


@pytest.mark.parametrize("missing", ["email", "password"])
def test_missing_fields_are_named(api: Api, missing: str) -> None:
    body = {"email": ADA, "password": PASSWORD}
    del body[missing]
    assert [error["field"] for error in api.post(PATH, json=body).json["errors"]] == [missing]


def test_nested_too_deep_is_refused(api: Api) -> None:
    reply = api.post(
        PATH, body=b'{"email":' + b"[" * 33 + b"]" * 33 + b"}", headers={"content-type": "application/json"}
    )
    assert (reply.status, reply.codes) == (400, ["MALFORMED_JSON"])


def test_only_hashes_of_tokens_are_stored_and_nothing_is_logged(ada: Api, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = log_in(ada, ADA), log_in(ada, ADA, "a wrong Password 1")
    stored, printed = dump(), capsys.readouterr()
    for secret in (good.data["access_token"], good.data["refresh_token"], PASSWORD, "a wrong Password 1"):
        assert secret not in stored
        assert secret not in printed.out + printed.err
    assert ADA not in printed.out + printed.err
    assert hashed(good.data["refresh_token"]) in stored
    assert ADA not in json.dumps(items(tables.ephemeral, "RATE#")), "counters are kept under codes"
    assert bad.status == 401


def test_when_signing_fails_no_session_is_opened(ada: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import access_tokens
    from utils.errors import Unavailable

    def fail(**_: object) -> str:
        raise Unavailable

    monkeypatch.setattr(access_tokens, "issue", fail)
    assert log_in(ada, ADA).status == 503
    assert items(tables.accounts, "USER#", "SESSION#") == []


def test_an_account_with_a_second_factor_is_asked_for_it_and_no_session_is_opened(ada: Api) -> None:
    switch_on_a_factor(ADA)
    reply = log_in(ada, ADA)
    assert reply.status == 200
    assert set(reply.data) == {"mfa_token", "methods"}
    assert reply.data["methods"] == ["totp", "recovery_code"]
    assert mfa_tokens.read(reply.data["mfa_token"]) == service.user_id_of(ADA)
    for sort_key in ("SESSION#", "DEVICE#", "TRAIL"):
        assert items(tables.accounts, "USER#", sort_key) == []
    assert {counter["used"]["N"] for counter in items(tables.ephemeral, "RATE#sign-in#")} == {"0"}
    assert log_in(ada, ADA, "wrong").status == 401, "without the password nobody learns that there is a factor"


def test_recovery_codes_are_offered_while_there_are_any(ada: Api) -> None:
    switch_on_a_factor(ADA, recovery_codes=set())
    assert log_in(ada, ADA).data["methods"] == ["totp"]


@pytest.mark.usefixtures("real_hashes")
def test_a_hash_of_older_parameters_is_renewed_by_the_log_in(ada: Api) -> None:
    weaken_hash(str(service.user_id_of(ADA)))
    before = hash_of_ada()
    assert log_in(ada, ADA, "wrong").status == 401
    assert hash_of_ada() == before, "only whoever knows the password has it hashed anew"
    assert log_in(ada, ADA).status == 200
    renewed = hash_of_ada()
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert log_in(ada, ADA).status == 200
    assert hash_of_ada() == renewed


@pytest.mark.parametrize("change", [{"deleted_at": {"S": "2026-01-02T03:04:05.000Z"}}, {}])
def test_no_session_is_opened_beside_a_change_of_the_account(
    ada: Api, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """The password is looked at for 50 ms: enough for it to be changed, or for the account to be closed, meanwhile."""
    verify, looks = passwords.verify_password, count(1)

    def overtaken(stored: str | None, password: str) -> bool:
        if next(looks) == 1:
            (profile,) = items(tables.accounts, "USER#", "PROFILE")
            profile |= {"version": {"N": "2"}} | change
            client("dynamodb").put_item(TableName=tables.accounts.physical_name, Item=profile)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify_password", overtaken)
    reply = log_in(ada, ADA)
    assert next(looks) == 3, "it was looked at again"
    assert reply.status == (401 if "deleted_at" in change else 200)
    assert len(items(tables.accounts, "USER#", "SESSION#")) == (reply.status == 200)


def test_the_policy_is_what_is_called_and_kms_tells_its_key_once(ada: Api) -> None:
    weaken_hash(str(service.user_id_of(ADA)))
    forget_what_is_kept()
    with record() as first:
        log_in(ada, ADA)
        log_in(ada, ADA, source_ip="203.0.113.9")
    with record() as second:
        log_in(ada, ADA)
    assert_exact_policy(handler.declaration, first.touches)
    assert [call.operation for call in second] == [
        "BatchGetItem", "BatchGetItem", "UpdateItem", "Sign", "TransactWriteItems",
    ]  # fmt: skip
