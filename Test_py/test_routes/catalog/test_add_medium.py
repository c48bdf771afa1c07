"""POST /api/v1/products/{product_id}/media"""

from __future__ import annotations

from typing import Any

import pytest

from functions.catalog.add_medium import handler
from infra.local.recorder import granted
from pushcart import queues
from pushcart.catalog.models.media import MAX_MEDIA, MediaItem
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.media import ALT, objects_in, path_of, wait_for
from Test_py.support.pictures import picture, posted
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)
from utils.ids import new_id


def test_it_is_waited_for_and_comes_with_a_form(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    reply = wait_for(api, manager, product)
    assert reply.status == 201, reply.body
    medium, upload = reply.data, reply.data["upload"]
    assert (medium["status"], medium["alt"], medium["url"], medium["thumbnails"]) == ("pending", ALT, None, [])
    assert (medium["width"], medium["height"], medium["reason"], medium["version"]) == (None, None, None, 1)
    assert upload["fields"]["key"] == f"{product['id']}/{medium['id']}"
    assert (upload["fields"]["Content-Type"], upload["max_bytes"]) == ("image/png", 5 * 1024 * 1024)
    assert announced(medium["id"]) == [(1, "medium.added")]
    assert stored(MediaItem.key_of(product["id"], medium["id"])).content_type == "image/png"


def test_no_version_of_the_product_moves_and_nobody_sees_it_yet(api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    wait_for(api, manager, product)
    shown = api.get(f"/api/v1/products/{product['id']}").data
    assert (shown["version"], shown["media"]) == (product["version"], [])


def test_each_try_waits_for_a_picture_of_its_own_and_keeps_no_form(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    body = {"content_type": "image/png", "alt": ""}
    first, second = (api.post(path_of(product), json=body, token=manager, key="same") for _ in range(2))
    assert first.data["id"] != second.data["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content_type": "image/svg+xml"}, "content_type"),
        ({"content_type": "text/html"}, "content_type"),
        ({"content_type": 7}, "content_type"),
        ({"content_type": None}, "content_type"),
        ({"alt": "x" * 301}, "alt"),
        ({"alt": 7}, "alt"),
        ({"alt": None}, "alt"),
        ({"status": "ready"}, "status"),
        ({"url": "https://elsewhere.example"}, "url"),
    ],
)
def test_what_is_wrong_is_named(api: Api, manager: str, changes: dict[str, Any], field: str) -> None:
    product = drafted(api, manager)
    before = everything()
    body = {"content_type": "image/png", "alt": ALT, **changes}
    refused(api.post(path_of(product), json=body, token=manager), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_a_type_is_required(api: Api, manager: str) -> None:
    refused(api.post(path_of(drafted(api, manager)), json={}, token=manager), 400, "VALIDATION_ERROR", "content_type")


def test_only_staff_whose_session_lives(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    refused(wait_for(api, session(), product), 403, "FORBIDDEN")
    end_sessions()
    refused(wait_for(api, manager, product), 401, "UNAUTHENTICATED")


def test_of_a_product_that_is_there_and_not_archived(api: Api, manager: str) -> None:
    refused(wait_for(api, manager, {"id": new_id("prd")}), 404, "NOT_FOUND")
    product = drafted(api, manager)
    api.delete(f"/api/v1/products/{product['id']}", token=manager, headers=tag(1))
    refused(wait_for(api, manager, product), 409, "INVALID_STATE")


def test_of_one_product_there_are_twenty_until_some_are_given_up(api: Api, manager: str, clock: Clock) -> None:
    product = drafted(api, manager)
    for _ in range(MAX_MEDIA):
        assert wait_for(api, manager, product).status == 201
    refused(wait_for(api, manager, product), 409, "INVALID_STATE")
    clock.shift(24 * 3600 + 1)
    assert wait_for(api, session("manager"), product).status == 201


class TestForm:
    """What S3 holds against the signed policy."""

    @pytest.fixture
    def form(self, api: Api, manager: str) -> Any:
        return wait_for(api, manager, drafted(api, manager)).data["upload"]

    def test_it_takes_the_picture_once_and_again(self, form: Any) -> None:
        assert [posted(form, picture()).status for _ in range(2)] == [204, 204]
        assert objects_in(queues.uploads) == [form["fields"]["key"]]

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"key": "prd_1/med_1"}, "AccessDenied"),
            ({"Content-Type": "text/html"}, "AccessDenied"),
            ({"Content-Type": None}, "AccessDenied"),
            ({"acl": "public-read"}, "AccessDenied"),
            ({"x-amz-signature": "0" * 64}, "SignatureDoesNotMatch"),
            ({"policy": "e30="}, "SignatureDoesNotMatch"),
            ({"policy": "no"}, "InvalidPolicyDocument"),
            ({"policy": None}, "InvalidPolicyDocument"),
            ({"x-amz-credential": "AKIA/20260102/eu-central-1/s3/aws4_request"}, "InvalidAccessKeyId"),
        ],
    )
    def test_nothing_else_than_what_was_signed(self, form: Any, changed: dict[str, str | None], code: str) -> None:
        answer = posted(form, picture(), **changed)
        assert answer.status in {400, 403}
        assert f"<Code>{code}</Code>" in answer.body.decode()
        assert objects_in(queues.uploads) == []

    @pytest.mark.parametrize(
        ("size", "code"), [(0, "EntityTooSmall"), (5 * 1024 * 1024, None), (5 * 1024 * 1024 + 1, "EntityTooLarge")]
    )
    def test_of_a_size_from_one_byte_to_five_megabytes(self, form: Any, size: int, code: str | None) -> None:
        answer = posted(form, b"x" * size)
        assert answer.status == (400 if code else 204)
        assert (code or "") in answer.body.decode()

    def test_for_a_quarter_of_an_hour(self, form: Any, clock: Clock) -> None:
        clock.shift(899)
        assert posted(form, picture()).status == 204
        clock.shift(2)
        assert posted(form, picture()).status == 403


def test_its_calls_and_its_policy(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    calls = recorded(lambda: wait_for(api, manager, product))
    assert operations(calls) == ["BatchGetItem", "Query", "PostObject", "TransactWriteItems"]
    assert calls.touches == granted(handler.declaration)
    assert_exact_policy(handler.declaration, calls.touches)
