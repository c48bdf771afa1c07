"""GET /api/v1/users/me/data-export"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from functions.accounts.get_data_export import handler
from infra.local.recorder import record
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, forget_what_is_kept
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.people import Person
from Test_py.support.privacy import ADDRESS, TRACES, known_person
from Test_py.support.shopkeeping import NOBODYS_CURSOR, pages, refused

PATH = "/api/v1/users/me/data-export"
DAY = 24 * 3600
SECRET = ("argon2id", "token_hash", "sealed", "email_code", "'rt_")


def exported(api: Api, cloud: Shop, person: Person) -> None:
    assert api.post(PATH, token=person.token).status == 202
    cloud.pumps.drain()


def test_all_that_is_held_is_in_it_and_nothing_secret(api: Api, cloud: Shop) -> None:
    ada, order = known_person(api)
    exported(api, cloud, ada)
    records = [record for page in pages(api, PATH, token=ada.token, query={"limit": 2}) for record in page.data]
    kinds = Counter(record["kind"] for record in records)
    assert kinds == {"profile": 1, "address": 1, "session": 1, "cart": 2, "order": 1}
    by_kind = {record["kind"]: record["data"] for record in records}
    assert by_kind["profile"]["email"] == ada.email
    assert by_kind["address"].items() >= ADDRESS.items()
    assert (by_kind["order"]["id"], by_kind["order"]["email"]) == (order.id, ada.email)
    text = str(records)
    assert all(trace in text for trace in TRACES)
    assert [word for word in SECRET if word in text] == []


def test_a_cursor_of_an_export_that_was_replaced_is_told_so(api: Api, cloud: Shop) -> None:
    ada, _ = known_person(api)
    exported(api, cloud, ada)
    cursor = api.get(PATH, token=ada.token, query={"limit": 2}).json["meta"]["next_cursor"]
    exported(api, cloud, ada)
    refused(api.get(PATH, token=ada.token, query={"limit": 2, "cursor": cursor}), 400, "INVALID_CURSOR")


def test_many_orders_are_many_pages_of_one_export(api: Api, cloud: Shop) -> None:
    from Test_py.support import shopping

    ada = people.customer(api)
    shopping.shelve("MUG-1", units=60)
    for _ in range(27):
        basket = replace(shopping.lay_cart("MUG-1", owner_id=ada.id), token=ada.token)
        shopping.placed(shopping.place(api, basket), ada.token)
    exported(api, cloud, ada)
    records = [record for page in pages(api, PATH, token=ada.token) for record in page.data]
    orders = [record["data"]["id"] for record in records if record["kind"] == "order"]
    assert len(orders) == len(set(orders)) == 27


def test_a_later_export_takes_the_place_of_an_earlier_one(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    exported(api, cloud, ada)
    me = api.get("/api/v1/users/me", token=ada.token).data
    changed = api.patch(
        "/api/v1/users/me", json={"name": "Ada King"}, token=ada.token, headers={"if-match": f'"{me["version"]}"'}
    )
    assert changed.status == 200
    exported(api, cloud, ada)
    profiles = [record["data"] for record in api.get(PATH, token=ada.token).data if record["kind"] == "profile"]
    assert [profile["name"] for profile in profiles] == ["Ada King"]


def test_it_lapses_after_a_week(api: Api, cloud: Shop, clock: Clock) -> None:
    ada = people.customer(api)
    exported(api, cloud, ada)
    clock.shift(7 * DAY + 1)
    refused(api.get(PATH, token=people.logged_in(api, ada).token), 404, "NOT_FOUND")


def test_somebody_else_has_none(api: Api, cloud: Shop) -> None:
    ada, eve = people.customer(api), people.customer(api)
    exported(api, cloud, ada)
    mine = api.get(PATH, token=eve.token)
    refused(mine, 404, "NOT_FOUND")
    assert api.get(PATH).status == 401


def test_bad_queries_are_told(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    exported(api, cloud, ada)
    refused(api.get(PATH, token=ada.token, query={"user_id": "usr_1"}), 400, "VALIDATION_ERROR", "user_id")
    refused(api.get(PATH, token=ada.token, query={"limit": "0"}), 400, "VALIDATION_ERROR", "limit")
    refused(api.get(PATH, token=ada.token, query={"cursor": NOBODYS_CURSOR}), 400, "INVALID_CURSOR")


def test_who_signed_in_a_while_ago_proves_again_who_they_are(api: Api, clock: Clock) -> None:
    ada = people.customer(api)
    clock.shift(16 * 60)
    token = api.post("/api/v1/auth/refresh", json={"refresh_token": ada.refresh_token}).data["access_token"]
    refused(api.get(PATH, token=token), 403, "STEP_UP_REQUIRED")


def test_it_is_two_reads_and_the_policy_allows_no_more(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    exported(api, cloud, ada)
    forget_what_is_kept()
    api.get("/api/v1/users/me", token=ada.token)
    with record() as calls:
        api.get(PATH, token=ada.token, query={"limit": 1})
    assert [call.operation for call in calls if call.service == "dynamodb"] == ["BatchGetItem", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)
