"""PATCH /api/v1/users/me"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.accounts.update_me import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, logged_in
from Test_py.test_routes.accounts.test_login import disable

PATH = "/api/v1/users/me"


@pytest.fixture
def ada(api: Api) -> Person:
    return customer(api, "ada@example.org")


def patch(api: Api, who: Person, body: Any, **options: Any) -> Reply:
    return api.patch(PATH, json=body, token=who.token, **options)


def me(api: Api, who: Person) -> Reply:
    return api.get(PATH, token=who.token)


def test_what_is_named_changes_and_the_rest_stays(api: Api, ada: Person) -> None:
    before = me(api, ada).data
    reply = patch(api, ada, {"name": " Ada King ", "phone": "+442079460123"})
    assert reply.status == 200
    changed = {"name": "Ada King", "phone": "+442079460123", "version": 2, "updated_at": reply.data["updated_at"]}
    assert reply.data == before | changed
    after = me(api, ada)
    assert after.data == before | changed | {"updated_at": after.data["updated_at"]}
    assert after.headers["etag"].startswith('"2-')


def test_null_takes_the_number_away(api: Api, ada: Person) -> None:
    patch(api, ada, {"phone": "+442079460123", "locale": "en-GB"})
    assert patch(api, ada, {"phone": None}).data["phone"] is None
    assert me(api, ada).data["phone"] is None
    assert me(api, ada).data["locale"] == "en-GB"


def test_it_is_announced_by_the_names_of_fields_alone(api: Api, ada: Person) -> None:
    patch(api, ada, {"name": "Ada King", "locale": "fr"})
    (told,) = events("user.changed")
    assert (told["aggregate"], told["sequence"]) == (ada.id, 2)
    assert told["data"] == {"user_id": ada.id, "fields": ["locale", "name"]}


@pytest.mark.parametrize("body", [{}, {"name": "Ada Lovelace"}, {"phone": None}])
def test_what_changes_nothing_writes_nothing(api: Api, ada: Person, body: dict[str, Any]) -> None:
    reply = patch(api, ada, body)
    assert (reply.status, reply.data["version"]) == (200, 1)
    assert events("user.changed") == []


def test_the_version_that_was_seen_is_compared(api: Api, ada: Person) -> None:
    tag = me(api, ada).headers["etag"]
    assert patch(api, ada, {"name": "One"}, headers={"if-match": tag}).status == 200
    reply = patch(api, ada, {"name": "Two"}, headers={"if-match": tag})
    assert (reply.status, reply.codes) == (412, ["STALE_VERSION"])
    assert me(api, ada).data["name"] == "One"
    assert patch(api, ada, {"name": "Two"}, headers={"if-match": "*"}).status == 200


def test_a_tag_that_is_none_is_refused(api: Api, ada: Person) -> None:
    reply = patch(api, ada, {"name": "One"}, headers={"if-match": "yesterday"})
    assert (reply.status, reply.codes) == (400, ["VALIDATION_ERROR"])


def test_of_many_at_once_none_is_lost_unseen(api: Api, ada: Person) -> None:
    me(api, ada)
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda n: patch(api, ada, {"name": f"Ada {n}"}), range(8)))
    done = [reply for reply in replies if reply.status == 200]
    assert {reply.status for reply in replies} <= {200, 412}
    assert me(api, ada).data["version"] == 1 + len(done)
    assert sorted(told["sequence"] for told in events("user.changed")) == list(range(2, 2 + len(done)))


def test_one_key_changes_once_and_gives_the_same_bytes(api: Api, ada: Person) -> None:
    first, second = (patch(api, ada, {"name": "Ada King"}, key="once") for _ in range(2))
    assert first.body == second.body
    assert second.headers["idempotent-replayed"] == "true"
    assert len(events("user.changed")) == 1


def test_the_same_key_of_somebody_else_is_another_key(api: Api, ada: Person) -> None:
    eve = customer(api, "eve@example.org")
    patch(api, ada, {"name": "Same"}, key="once")
    reply = patch(api, eve, {"name": "Same"}, key="once")
    assert (reply.status, reply.data["id"]) == (200, eve.id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"phone": "0170 1234567"}, "phone"),
        ({"phone": "+0123456789"}, "phone"),
        ({"phone": "+1234567890123456"}, "phone"),
        ({"phone": 442079460123}, "phone"),
        ({"phone": ""}, "phone"),
        ({"locale": None}, "locale"),
        ({"locale": ""}, "locale"),
        ({"locale": "en_GB"}, "locale"),
        ({"locale": ["en"]}, "locale"),
        *(
            ({field: value}, field)
            for field, value in {
                "id": "usr_00000000000000000000000000", "email": "eve@example.org", "email_code": "v1.x",
                "roles": ["admin"], "email_verified": True, "disabled": False, "version": 9, "sequence": 9,
                "created_at": "2020-01-01T00:00:00.000Z", "updated_at": "x", "users_shard": "USERS#1", "hash": "x",
                "password": "a new Password 12", "pk": "USER#x", "sk": "PROFILE",
            }.items()
        ),
    ],
)  # fmt: skip
def test_bad_and_privileged_fields_are_refused(api: Api, ada: Person, body: dict[str, Any], field: str) -> None:
    before = items(tables.accounts, "USER#", "PROFILE")
    reply = patch(api, ada, body)
    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (400, [field])
    assert items(tables.accounts, "USER#", "PROFILE") == before


def test_nested_too_deep_is_refused(api: Api, ada: Person) -> None:
    body = b'{"name":' + b'{"a":' * 33 + b"1" + b"}" * 34
    reply = api.patch(PATH, body=body, token=ada.token, headers={"content-type": "application/json"})
    assert (reply.status, reply.codes) == (400, ["MALFORMED_JSON"])


def test_nobody_else_is_touched(api: Api, ada: Person) -> None:
    eve = customer(api, "eve@example.org")
    patch(api, ada, {"name": "Ada King"})
    assert me(api, eve).data["name"] == "Ada Lovelace"


def test_without_good_credentials_nothing_changes(api: Api, ada: Person) -> None:
    assert api.patch(PATH, json={"name": "Eve"}).status == 401
    assert api.patch(PATH, json={"name": "Eve"}, token="x.y.z").status == 401
    assert me(api, ada).data["name"] == "Ada Lovelace"


def test_a_session_that_has_ended_changes_nothing(api: Api, ada: Person) -> None:
    api.post("/api/v1/auth/logout", json={"refresh_token": ada.refresh_token})
    reply = patch(api, ada, {"name": "Eve"})
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert me(api, logged_in(api, ada)).data["name"] == "Ada Lovelace"


def test_a_disabled_account_changes_nothing(api: Api, ada: Person) -> None:
    disable(ada.email)
    assert patch(api, ada, {"name": "Eve"}).status == 401


def test_it_is_one_read_and_one_write_and_the_policy_allows_no_more(api: Api, ada: Person) -> None:
    me(api, ada)
    forget_what_is_kept()
    me(api, ada)
    with record() as calls:
        patch(api, ada, {"name": "Ada King"}, key="once")
    assert [call.operation for call in calls] == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
