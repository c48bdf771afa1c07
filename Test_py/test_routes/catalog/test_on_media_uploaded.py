"""The ``media`` queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.catalog.on_media_uploaded import handler
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.catalog.models.media import MediaItem
from pushcart.catalog.models.products import ProductItem
from Test_py.conftest import Shop
from Test_py.support.batches import batch_of
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.media import ALT, notification, objects_in, path_of, uploaded, wait_for
from Test_py.support.pictures import SCRIPT, opened, picture, posted
from Test_py.support.shopkeeping import announced, drafted, everything, on_sale, session, stored, tag
from utils import aws, objects
from utils.errors import Unavailable

COPIES = ("1280.webp", "320.webp", "original.webp")


def keys_of(product: Any, medium: Any) -> list[str]:
    return [f"{product['id']}/{medium['id']}/{name}" for name in COPIES]


def upload_of(product: Any, medium: Any) -> str:
    return f"{product['id']}/{medium['id']}"


def hand_over(*bodies: str) -> list[str]:
    """Hand messages to the worker as Lambda does; return what it failed on."""
    return [one["itemIdentifier"] for one in handler(batch_of(*bodies), None)["batchItemFailures"]]


def look_at(product: Any, medium: Any) -> list[str]:
    return hand_over(notification(upload_of(product, medium)))


def item_of(product: Any, medium: Any) -> Any:
    return stored(MediaItem.key_of(product["id"], medium["id"]))


def image_of(product: Any) -> Any:
    return stored(ProductItem.key_of(product["id"])).image


class TestAPicture:
    def test_goes_all_the_way_from_its_form_to_the_public(self, cloud: Shop, api: Api, manager: str) -> None:
        product = on_sale(api, manager)
        medium = uploaded(api, manager, product, picture(size=(640, 480)))
        cloud.pumps.drain()
        [shown] = api.get(f"/api/v1/products/{product['id']}").data["media"]
        assert (shown["status"], shown["width"], shown["height"], shown["alt"]) == ("ready", 640, 480, ALT)
        assert shown["url"] == f"http://127.0.0.1:8000/_media/{product['id']}/{medium['id']}/original.webp"
        assert [(one["width"], one["height"]) for one in shown["thumbnails"]] == [(320, 240), (640, 480)]
        [listed] = api.get("/api/v1/products").data
        assert listed["image"] == shown["thumbnails"][0]["url"]
        assert objects_in(queues.uploads) == []
        assert objects_in(queues.media) == keys_of(product, medium)

    def test_no_editor_is_made_stale_by_it(self, api: Api, manager: str) -> None:
        product = on_sale(api, manager)
        assert look_at(product, uploaded(api, manager, product)) == []
        body, path = {"title": "Mug"}, f"/api/v1/products/{product['id']}"
        assert api.patch(path, json=body, token=manager, headers=tag(product["version"])).status == 200
        assert image_of(product)

    def test_is_served_as_a_picture_for_ever(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        look_at(product, medium)
        for key in keys_of(product, medium):
            kept = aws.call("s3", "GetObject", Bucket=queues.media.bucket_name, Key=key)
            assert (kept["ContentType"], "immutable" in kept["CacheControl"]) == ("image/webp", True)
            assert opened(kept["Body"].read()).format == "WEBP"

    def test_tells_its_story(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        look_at(product, medium)
        assert announced(medium["id"]) == [(1, "medium.added"), (2, "medium.ready")]
        assert item_of(product, medium).ttl is None

    def test_the_first_one_is_the_products_image(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        first, second = (uploaded(api, manager, product) for _ in range(2))
        look_at(product, second)
        look_at(product, first)
        assert image_of(product) == f"{upload_of(product, second)}/320.webp"

    def test_staff_lists_what_became_of_each(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        bad, good = (uploaded(api, manager, product, content) for content in (SCRIPT, None))
        for medium in (bad, good):
            look_at(product, medium)
        wait_for(api, manager, product)
        listed = api.get(path_of(product), token=manager).data
        assert [(one["status"], one["reason"]) for one in listed] == [
            ("rejected", "not_a_picture"),
            ("ready", None),
            ("pending", None),
        ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SCRIPT, "not_a_picture"),
        (picture("image/gif"), "other_type"),
        (picture()[:-40], "damaged"),
    ],
)
def test_what_cannot_be_shown_is_rejected_with_its_reason_and_deleted(
    api: Api, manager: str, content: bytes, reason: str
) -> None:
    product = on_sale(api, manager)
    medium = uploaded(api, manager, product, content)
    assert look_at(product, medium) == [], "it is dealt with, and not tried again"
    assert (item_of(product, medium).status, item_of(product, medium).reason) == ("rejected", reason)
    assert announced(medium["id"])[-1] == (2, "medium.rejected")
    assert objects_in(queues.uploads) == objects_in(queues.media) == []
    assert api.get(f"/api/v1/products/{product['id']}").data["media"] == []
    assert image_of(product) is None


def test_an_object_that_is_too_large_for_any_form_is_not_read(api: Api, manager: str) -> None:
    """Forms refuse it; whoever has keys to the bucket could put it there."""
    product = drafted(api, manager)
    medium = wait_for(api, manager, product).data
    objects.write(queues.uploads, upload_of(product, medium), b"x" * (5 * 1024 * 1024 + 1), content_type="image/png")
    look_at(product, medium)
    assert item_of(product, medium).reason == "too_large"


class TestDeliveries:
    def test_twice_is_as_good_as_once(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        look_at(product, medium)
        before = everything()
        assert look_at(product, medium) == []
        assert everything() == before

    def test_a_second_upload_by_the_same_form_changes_nothing(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        look_at(product, medium)
        posted(medium["upload"], picture(size=(10, 10)))
        before = everything()
        assert look_at(product, medium) == []
        assert everything() == before
        assert objects_in(queues.uploads) == []

    def test_one_whose_object_is_gone_is_done(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = wait_for(api, manager, product).data
        assert look_at(product, medium) == []
        assert item_of(product, medium).status == "pending"

    def test_what_arrives_for_a_picture_that_was_removed_is_deleted(self, api: Api, manager: str) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        api.delete(f"{path_of(product)}/{medium['id']}", token=manager, headers=tag(1))
        assert look_at(product, medium) == []
        assert objects_in(queues.uploads) == objects_in(queues.media) == []

    def test_what_arrives_after_a_day_is_deleted(self, api: Api, manager: str, clock: Clock) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        clock.shift(timedelta(days=1, seconds=1))
        assert look_at(product, medium) == []
        assert objects_in(queues.uploads) == objects_in(queues.media) == []
        assert api.get(path_of(product), token=session("manager")).data == []

    def test_one_that_is_removed_while_it_is_drawn_leaves_nothing_behind(
        self, api: Api, manager: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        product = drafted(api, manager)
        medium = uploaded(api, manager, product)
        _before(monkeypatch, "PutObject", lambda: api.delete(f"{path_of(product)}/{medium['id']}", token=manager,
                                                            headers=tag(1)))  # fmt: skip
        assert look_at(product, medium) == []
        assert item_of(product, medium) is None
        assert objects_in(queues.uploads) == objects_in(queues.media) == []
        assert image_of(product) is None

    def test_two_at_once_agree_on_the_products_image(
        self, api: Api, manager: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        product = drafted(api, manager)
        first, second = (uploaded(api, manager, product) for _ in range(2))
        _before(monkeypatch, "PutObject", lambda: look_at(product, second))
        assert look_at(product, first) == []
        assert {item_of(product, one).status for one in (first, second)} == {"ready"}
        assert image_of(product) == f"{upload_of(product, second)}/320.webp"

    def test_s3_trying_the_queue_out_is_no_work(self) -> None:
        assert hand_over(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"})) == []

    @pytest.mark.parametrize(
        "body",
        [
            "no json",
            "{}",
            json.dumps({"Records": [{"s3": {}}]}),
            json.dumps({"Event": "s3:OtherEvent"}),
            notification("elsewhere"),
            notification("prd_1/../med_1"),
            notification("prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T/med_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", "somebody-elses-bucket"),
        ],
    )
    @pytest.mark.usefixtures("aws")
    def test_poison_fails_alone_and_goes_to_the_dead_letters_in_the_end(self, body: str) -> None:
        assert hand_over(body, json.dumps({"Event": "s3:TestEvent"})) == ["m-0"]


@pytest.mark.parametrize("operation", ["BatchGetItem", "GetObject", "PutObject", "TransactWriteItems", "DeleteObject"])
@pytest.mark.parametrize("done", [False, True])
def test_a_crash_at_any_point_is_made_good_by_the_next_delivery(
    api: Api, manager: str, monkeypatch: pytest.MonkeyPatch, operation: str, *, done: bool
) -> None:
    product = drafted(api, manager)
    medium = uploaded(api, manager, product)
    with monkeypatch.context() as broken:
        _break(broken, operation, done=done)
        assert look_at(product, medium) == ["m-0"]
    assert look_at(product, medium) == []
    assert item_of(product, medium).status == "ready"
    assert image_of(product) == f"{upload_of(product, medium)}/320.webp"
    assert announced(medium["id"]) == [(1, "medium.added"), (2, "medium.ready")]
    assert (objects_in(queues.uploads), objects_in(queues.media)) == ([], keys_of(product, medium))


def test_its_calls_and_its_policy(api: Api, manager: str, cloud: Shop) -> None:
    product = drafted(api, manager)
    shown, lost = uploaded(api, manager, product), wait_for(api, manager, product).data
    with record() as calls:
        look_at(product, shown)
    assert [call.operation for call in calls] == [
        "BatchGetItem",
        "GetObject",
        *["PutObject"] * 3,
        "TransactWriteItems",
        "DeleteObject",
    ]
    with record() as more:
        look_at(product, lost)
        api.delete(f"{path_of(product)}/{shown['id']}", token=manager, headers=tag(2))
    with record() as cleared:
        look_at(product, shown)
    received = {touch for touch in granted(handler.declaration) if touch.action.startswith("sqs:")}
    worker = {touch for touch in more.touches if touch.resource.startswith("bucket/")}
    assert calls.touches | worker | cleared.touches | received == granted(handler.declaration)


def _before(monkeypatch: pytest.MonkeyPatch, operation: str, act: Callable[[], object]) -> None:
    """Let something happen ahead of the first call of an operation."""
    original, waiting = aws.call, [act]

    def call(service: str, name: str, **parameters: Any) -> Any:
        if name == operation and waiting:
            waiting.pop()()
        return original(service, name, **parameters)

    monkeypatch.setattr(aws, "call", call)


def _break(monkeypatch: pytest.MonkeyPatch, operation: str, *, done: bool) -> None:
    """Let each call of an operation fail, before it is done or right after."""
    original = aws.call

    def call(service: str, name: str, **parameters: Any) -> Any:
        answer = original(service, name, **parameters) if done or name != operation else None
        if name == operation:
            raise Unavailable
        return answer

    monkeypatch.setattr(aws, "call", call)
