"""POST /api/v1/auth/mfa/totp"""

from __future__ import annotations

from base64 import b32decode
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.exceptions import ClientError

from functions.accounts.enrol_totp import handler
from infra.local.recorder import record
from pushcart import queues, tables
from pushcart.accounts.sessions import FRESH
from Test_py.support.accounts import assert_exact_policy, dump, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import Person, customer, verify_address
from Test_py.support.second_factor import CONFIRM, TOTP, complete, enrol, settle, switch_on
from Test_py.support.shopkeeping import end_sessions, refused
from Test_py.test_routes.accounts.test_login import disable


@pytest.fixture(autouse=True)
def settled(clock: Clock) -> None:
    settle(clock)


@pytest.fixture
def ada(api: Api) -> Person:
    return verify_address(api, customer(api, "ada@example.org"))


def factors() -> list[dict[str, Any]]:
    return items(tables.accounts, "USER#", "MFA")


def test_it_answers_a_secret_of_160_bits_and_the_link_for_an_app(api: Api, ada: Person) -> None:
    reply = api.post(TOTP, json={}, token=ada.token)
    assert reply.status == 201
    assert set(reply.data) == {"secret", "otpauth_uri"}
    assert len(b32decode(reply.data["secret"])) == 20
    link = urlsplit(reply.data["otpauth_uri"])
    assert (link.scheme, link.netloc, unquote(link.path)) == ("otpauth", "totp", "/127.0.0.1:ada@example.org")
    assert parse_qs(link.query) == {
        "secret": [reply.data["secret"]],
        "issuer": ["127.0.0.1"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert reply.headers["cache-control"] == "no-store"


def test_until_it_is_confirmed_it_is_asked_for_nowhere(api: Api, ada: Person) -> None:
    app = enrol(api, ada)
    refused(complete(api, app, code=app.code()), 401, "UNAUTHENTICATED")
    (profile,) = items(tables.accounts, "USER#", "PROFILE")
    assert profile["mfa"] == {"BOOL": False}


def test_another_pending_secret_takes_the_place_of_the_first(api: Api, ada: Person) -> None:
    first, second = enrol(api, ada), enrol(api, ada)
    assert first.secret != second.secret
    assert len(factors()) == 1
    refused(api.post(CONFIRM, json={"code": first.code()}, token=ada.token), 400, "VALIDATION_ERROR", "code")
    assert api.post(CONFIRM, json={"code": second.code()}, token=ada.token).status == 200


def test_a_confirmed_secret_is_never_replaced(api: Api, ada: Person) -> None:
    app = switch_on(api, ada)
    before = factors()
    reply = refused(api.post(TOTP, json={}, token=ada.token), 409, "INVALID_STATE")
    assert "DELETE /api/v1/auth/mfa/totp" in reply.json["errors"][0]["message"]
    assert factors() == before
    assert complete(api, app, code=app.code()).status == 200


def test_nor_by_an_enrolment_that_read_it_while_it_was_pending(
    api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.accounts import factor_secrets

    app, seal = enrol(api, ada), factor_secrets.seal

    def while_it_is_confirmed(secret: bytes, user_id: str) -> str:
        monkeypatch.setattr(factor_secrets, "seal", seal)
        assert api.post(CONFIRM, json={"code": app.code()}, token=ada.token).status == 200
        return seal(secret, user_id)

    monkeypatch.setattr(factor_secrets, "seal", while_it_is_confirmed)
    refused(api.post(TOTP, json={}, token=ada.token), 409, "INVALID_STATE")
    assert complete(api, app, code=app.code(steps=1)).status == 200


def test_the_secret_is_sealed_for_its_owner_alone(api: Api, ada: Person) -> None:
    from pushcart.accounts import factor_secrets

    app = enrol(api, ada)
    (factor,) = factors()
    assert factor_secrets.unseal(factor["secret"]["S"], ada.id) == b32decode(app.secret)
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        factor_secrets.unseal(factor["secret"]["S"], customer(api).id)


def test_it_is_in_no_table_and_no_log(api: Api, ada: Person, capsys: pytest.CaptureFixture[str]) -> None:
    app = enrol(api, ada)
    again = api.post(TOTP, json={}, token=ada.token, key="a key is not looked at")
    stored, printed = dump(), "".join(capsys.readouterr())
    for secret in (app.secret, again.data["secret"], b32decode(app.secret).hex()):
        assert secret not in stored
        assert secret not in printed
    assert not [one for one in items(tables.ephemeral, "IDEM#") if "mfa" in one["pk"]["S"]]


def test_it_asks_for_a_fresh_proof(api: Api, ada: Person, clock: Clock) -> None:
    clock.shift(500)
    assert api.post(TOTP, json={}, token=ada.token).status == 201
    # An access token lives 10 minutes, its session longer.
    renewed = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).data["access_token"]
    clock.shift(FRESH.total_seconds() - 499)
    refused(api.post(TOTP, json={}, token=renewed), 403, "STEP_UP_REQUIRED")


def test_a_session_that_ended_enrols_nothing(api: Api, ada: Person) -> None:
    end_sessions()
    refused(api.post(TOTP, json={}, token=ada.token), 401, "UNAUTHENTICATED")
    assert factors() == []


def test_a_disabled_account_enrols_nothing(api: Api, ada: Person) -> None:
    disable(ada.email)
    refused(api.post(TOTP, json={}, token=ada.token), 401, "UNAUTHENTICATED")
    assert factors() == []


@pytest.mark.parametrize("body", [{"secret": "JBSWY3DPEHPK3PXP"}, {"user_id": "usr_1"}, {"confirmed_at": "now"}])
def test_it_takes_nothing_from_the_caller(api: Api, ada: Person, body: dict[str, Any]) -> None:
    refused(api.post(TOTP, json=body, token=ada.token), 400, "VALIDATION_ERROR", *body)
    assert factors() == []


def test_when_kms_fails_nothing_is_written(api: Api, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import factor_secrets
    from utils.errors import Unavailable

    def fail(*_: object) -> str:
        raise Unavailable

    monkeypatch.setattr(factor_secrets, "seal", fail)
    refused(api.post(TOTP, json={}, token=ada.token), 503, "UNAVAILABLE")
    assert factors() == []


def test_it_is_one_read_one_sealing_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    api.get("/api/v1/users/me", token=ada.token)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        assert api.post(TOTP, json={}, token=ada.token).status == 201
    assert [call.operation for call in calls] == ["BatchGetItem", "Encrypt", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
    assert next(call for call in calls if call.operation == "Encrypt").parameters["KeyId"] == (
        queues.factor_secrets.key_id
    )
