"""The ``search`` queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.search.on_search_due import handler
from infra.local.clients import client
from infra.local.recorder import granted, record
from pushcart import queues
from pushcart.catalog import service as catalog
from pushcart.catalog.service.announcing import AGAIN_AFTER_SECONDS
from pushcart.search.embedded import store
from pushcart.search.embedded.adapter import Embedded
from Test_py.conftest import Shop
from Test_py.support.catalogue import ANY, category, chain, place_of
from Test_py.support.client import Api
from Test_py.support.media import objects_in, path_of, uploaded
from Test_py.support.outbox import messages
from Test_py.support.searching import ask, ids
from Test_py.support.shopkeeping import on_sale, stocked, tag
from utils.errors import Unavailable

Drain = Callable[[], object]


def found(text: str | None = None, **fields: Any) -> list[str]:
    return ids(ask(Embedded(), text, **fields))


def message(number: int, kind: str = "product.updated", **fields: Any) -> dict[str, Any]:
    said = {
        "id": f"evt_{number}", "type": kind, "aggregate": "prd_1", "sequence": number,
        "occurred_at": "2026-01-01T00:00:00.000Z", "correlation_id": "corr-1234567", "data": {}, **fields,
    }  # fmt: skip
    return {"messageId": f"m-{number}", "body": json.dumps(said)}


def hand_over(*records: dict[str, Any]) -> list[str]:
    """Hand messages to the worker as Lambda does; return what it failed on."""
    answer = handler({"Records": list(records)}, None)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def about(*product_ids: str) -> list[dict[str, Any]]:
    return [message(number, aggregate=product_id) for number, product_id in enumerate(product_ids)]


def generations() -> list[str]:
    return [key for key in objects_in(queues.search_index) if key != store.POINTER]


@pytest.fixture
def written(api: Api, manager: str, drain: Drain) -> Any:
    """A product that the search knows."""
    product = on_sale(api, manager, "MUG-1", title="Mug")
    drain()
    assert found("mug") == [product["id"]]
    return product


class TestWhatIsSold:
    def test_is_found_from_its_publishing_to_its_archiving(self, api: Api, manager: str, drain: Drain) -> None:
        draft = api.post("/api/v1/products", json={"title": "Lamp", "variants": []}, token=manager).data
        api.patch(f"/api/v1/products/{draft['id']}", json={"tags": ["x"]}, token=manager, headers=ANY)
        drain()
        assert generations() == [], "a draft is nothing to the search"
        variant = {"sku": "LAMP-1", "prices": [{"amount": 5, "currency": "EUR"}]}
        assert api.post(f"/api/v1/products/{draft['id']}/variants", json=variant, token=manager).status == 201
        assert api.post(f"/api/v1/products/{draft['id']}/publish", token=manager).status == 200
        drain()
        assert found("lamp") == [draft["id"]]
        assert api.delete(f"/api/v1/products/{draft['id']}", token=manager, headers=ANY).status == 204
        drain()
        assert found() == []

    def test_is_found_as_it_is_now(self, api: Api, manager: str, drain: Drain, written: Any) -> None:
        path = f"/api/v1/products/{written['id']}"
        api.patch(path, json={"title": "Cup", "tags": ["new"]}, token=manager, headers=tag(written["version"]))
        prices = {"prices": [{"amount": 7, "currency": "EUR"}]}
        api.put("/api/v1/variants/MUG-1/prices", json=prices, token=manager, headers=ANY)
        drain()
        assert (found("mug"), found("cup")) == ([written["id"]], [written["id"]]), "its SKU is a mug's still"
        assert found("cup", tags=("new",), price_max=7) == [written["id"]]

    def test_is_found_by_its_availability_when_stock_changes_the_word(
        self, api: Api, manager: str, drain: Drain, written: Any
    ) -> None:
        assert found(availability=("out_of_stock",)) == [written["id"]]
        stocked(api, manager, "MUG-1", 100)
        drain()
        assert found(availability=("in_stock",)) == [written["id"]]
        before = generations()
        stocked(api, manager, "MUG-1", -1)
        drain()
        assert generations() == before, "a count that leaves the word as it is writes nothing"

    def test_shows_its_picture_once_it_is_drawn_and_no_more_once_it_is_gone(
        self, api: Api, manager: str, drain: Drain, written: Any
    ) -> None:
        medium = uploaded(api, manager, written)
        drain()
        assert ask(Embedded(), "mug").hits[0]["image"].endswith(f"{medium['id']}/320.webp")
        assert api.delete(f"{path_of(written)}/{medium['id']}", token=manager, headers=ANY).status == 204
        drain()
        assert ask(Embedded(), "mug").hits[0]["image"] is None


class TestACategory:
    def test_that_moves_takes_along_all_that_is_below_it(self, api: Api, manager: str, drain: Drain) -> None:
        top, low = chain(api, manager, 2)
        other = category(api, manager)
        inside = on_sale(api, manager, "A", category_id=low["id"])
        beside = on_sale(api, manager, "B", category_id=other["id"])
        drain()
        assert found(category_id=other["id"]) == [beside["id"]]
        reply = api.patch(place_of(top), json={"parent_id": other["id"]}, token=manager, headers=ANY)
        assert reply.status == 200, reply.body
        drain()
        assert sorted(found(category_id=other["id"])) == sorted([inside["id"], beside["id"]])
        assert found(category_id=top["id"]) == [inside["id"]]

    def test_that_is_only_called_otherwise_concerns_nobody(self, cloud: Shop, api: Api, manager: str) -> None:
        known = category(api, manager)
        assert api.patch(place_of(known), json={"title": "New"}, token=manager, headers=ANY).status == 200
        assert "on_search_due" not in [delivery.function for delivery in cloud.pumps.drain()]

    def test_that_moves_is_looked_at_again_when_all_who_read_before_have_written(self) -> None:
        assert handler.declaration.timeout_seconds < AGAIN_AFTER_SECONDS


class TestABatch:
    def test_is_one_write_whatever_is_in_it(self, api: Api, manager: str, written: Any) -> None:
        more = [on_sale(api, manager, sku)["id"] for sku in ("A", "B", "C")]
        with record() as calls:
            assert hand_over(*about(written["id"], *more, *more, "prd_none")) == []
        puts = [call for call in calls if call.operation == "PutObject"]
        assert len(puts) == 2, "the file and the pointer"
        assert len([call for call in calls if call.operation == "Query"]) == 5, "each product once"
        assert sorted(found()) == sorted([written["id"], *more])

    def test_that_changes_nothing_writes_nothing(self, written: Any) -> None:
        before = generations()
        with record() as calls:
            assert hand_over(*about(written["id"])) == []
        assert [call.operation for call in calls] == ["GetObject", "GetObject", "Query"]
        assert generations() == before

    def test_comes_in_any_order_and_twice_to_the_same_end(self, api: Api, manager: str, written: Any) -> None:
        other = on_sale(api, manager, "A")
        api.delete(f"/api/v1/products/{written['id']}", token=manager, headers=ANY)
        events = [
            message(1, "product.archived", aggregate=written["id"]),
            message(2, "product.published", aggregate=other["id"]),
            message(3, "product.published", aggregate=written["id"]),
        ]
        for order in (events, events[::-1], events * 2):
            assert hand_over(*order) == []
            assert found() == [other["id"]]

    def test_one_product_that_cannot_be_read_fails_alone(
        self, api: Api, manager: str, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = on_sale(api, manager, "A")
        document_of = catalog.document_of

        def broken(product_id: str) -> Any:
            if product_id == written["id"]:
                raise KeyError(product_id)
            return document_of(product_id)

        monkeypatch.setattr(catalog, "document_of", broken)
        assert hand_over(*about(written["id"], other["id"])) == ["m-0"]
        assert sorted(found()) == sorted([written["id"], other["id"]]), "what was known of it stays"

    def test_one_that_is_no_event_fails_alone(self, api: Api, manager: str, written: Any) -> None:
        other = on_sale(api, manager, "A")
        bad = {"messageId": "m-bad", "body": "{}"}
        assert hand_over(bad, *about(other["id"])) == ["m-bad"]
        assert other["id"] in found()
        assert hand_over(bad) == ["m-bad"]

    def test_fails_whole_when_the_catalogue_cannot_be_reached(
        self, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(_: str) -> Any:
            raise Unavailable

        monkeypatch.setattr(catalog, "document_of", down)
        assert hand_over(*about(written["id"], "prd_2")) == ["m-0", "m-1"]
        assert found("mug") == [written["id"]]

    def test_of_others_events_is_done_without_a_call(self, aws: None) -> None:
        with record() as calls:
            assert hand_over(message(1, "category.updated_somehow", aggregate="cat_1")) == []
        assert list(calls) == []


class TestTheFiles:
    def test_one_that_is_written_meanwhile_makes_the_slower_begin_again(
        self, api: Api, manager: str, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = (on_sale(api, manager, sku)["id"] for sku in ("A", "B"))
        document_of, read = catalog.document_of, []

        def slow(product_id: str) -> Any:
            read.append(product_id)
            told = document_of(product_id)
            if read == [first]:
                assert hand_over(*about(second)) == []
            return told

        monkeypatch.setattr(catalog, "document_of", slow)
        assert hand_over(*about(first)) == []
        assert read == [first, second, first], "the truth is read again, since it may have changed"
        assert sorted(found()) == sorted([written["id"], first, second])
        assert len(generations()) == 3, "nothing is left of the one that came too late"

    def test_that_are_pointed_at_no_more_stay_for_two_generations(self, api: Api, manager: str, written: Any) -> None:
        known = set(generations())
        for sku in ("A", "B", "C"):
            hand_over(*about(on_sale(api, manager, sku)["id"]))
        left = generations()
        current = store.pointer()
        assert current is not None
        assert len(left) == 3
        assert not known & set(left)
        assert set(left) == {current.key, *current.former}

    @pytest.mark.parametrize("spoilt", ["file", "pointer", "gone"])
    def test_one_that_is_lost_is_begun_anew_and_filled_again(
        self, api: Api, manager: str, drain: Drain, written: Any, spoilt: str
    ) -> None:
        other = on_sale(api, manager, "A")
        drain()
        current, bucket = store.pointer(), queues.search_index.bucket_name
        assert current is not None
        if spoilt == "gone":
            client("s3").delete_object(Bucket=bucket, Key=current.key)
        else:
            key = current.key if spoilt == "file" else store.POINTER
            client("s3").put_object(Bucket=bucket, Key=key, Body=b"garbage")
        assert hand_over(*about(other["id"])) == []
        assert found() == [other["id"]]
        drain()
        assert sorted(found()) == sorted([written["id"], other["id"]])

    def test_one_that_readers_would_not_take_is_not_written(
        self, api: Api, manager: str, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = generations()
        monkeypatch.setattr(store, "MOST_BYTES", 1)
        other = on_sale(api, manager, "A")
        assert hand_over(*about(other["id"])) == ["m-0"]
        assert generations() == before


def test_many_products_of_a_category_are_looked_at_a_few_at_a_time(
    api: Api, manager: str, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = category(api, manager)
    monkeypatch.setattr("pushcart.search.service.refreshing.PRODUCTS_A_MESSAGE", 2)
    made = [on_sale(api, manager, sku, category_id=known["id"])["id"] for sku in ("A", "B", "C")]
    drain()
    moved = message(1, "category.updated", aggregate=known["id"], data={"fields": ["parent_id"]})
    assert hand_over(moved) == []
    sent = [one["Body"]["data"]["product_ids"] for one in messages(queues.search)]
    assert sent == [sorted(made)[:2], sorted(made)[2:]]


def test_it_may_do_what_it_does_and_nothing_else(api: Api, manager: str, drain: Drain) -> None:
    known = category(api, manager)
    made = [on_sale(api, manager, sku, category_id=known["id"])["id"] for sku in ("A", "B", "C", "D")]
    with record() as touched:
        for product_id in made:
            hand_over(*about(product_id))
        hand_over(message(9, "category.updated", aggregate=known["id"], data={"fields": ["parent_id"]}))
    receiving = {touch for touch in granted(handler.declaration) if touch.action in _RECEIVING}
    assert set(touched.touches) == granted(handler.declaration) - receiving


_RECEIVING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
