"""GET /api/v1/search"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.search.search import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import queues
from pushcart.search.embedded import store
from pushcart.search.embedded.copies import FRESH_SECONDS, copy
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import chain
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.searching import SEARCH
from Test_py.support.shopkeeping import forget_what_is_kept, on_sale, operations, pages, recorded, refused, tag
from utils import aws, objects
from utils.errors import Unavailable

Drain = Callable[[], object]


def find(api: Api, q: str = "", **query: Any) -> Reply:
    reply = api.get(SEARCH, query={**({"q": q} if q else {}), **query})
    assert reply.status == 200, reply.body
    return reply


def titles(reply: Reply) -> list[str]:
    return [hit["title"] for hit in reply.data]


def shirt(sku: str, *, colour: str, size: str, amount: int = 1999) -> dict[str, Any]:
    return {"sku": sku, "options": {"colour": colour, "size": size}, "prices": [{"amount": amount, "currency": "EUR"}]}


@pytest.fixture
def goods(api: Api, manager: str, drain: Drain) -> dict[str, Any]:
    """A shirt below two categories and a mug, the mug newer; both known to the search."""
    top, low = chain(api, manager, 2)
    variants = [
        shirt("SHIRT-RED-M", colour="red", size="M"),
        shirt("SHIRT-BLUE-L", colour="blue", size="L", amount=2999),
    ]
    made = on_sale(
        api, manager, "SHIRT-RED-M", stock=50, title="Crème Shirt", variants=variants, category_id=low["id"],
        tags=["cotton", "summer"], attributes={"material": "linen"}, description="Worn in the garden.",
    )  # fmt: skip
    mug = on_sale(api, manager, "MUG-1", title="Garden Mug", tags=["summer"])
    drain()
    return {"shirt": made, "mug": mug, "top": top, "low": low}


def test_a_hit_is_a_summary_and_the_answer_tells_what_there_is(api: Api, goods: dict[str, Any]) -> None:
    reply = find(api, "creme shi")
    shown = api.get(f"/api/v1/products/{goods['shirt']['id']}").data
    assert reply.data == [
        {
            "id": shown["id"],
            "slug": shown["slug"],
            "title": "Crème Shirt",
            "status": "active",
            "category_id": goods["low"]["id"],
            "tags": ["cotton", "summer"],
            "image": None,
            "price_range": {
                "min": {"amount": 1999, "currency": "EUR"},
                "max": {"amount": 2999, "currency": "EUR"},
            },
            "availability": "in_stock",
            "created_at": shown["created_at"],
            "updated_at": shown["updated_at"],
            "version": shown["version"],
        }
    ]
    summary = reply.meta["summary"]
    assert reply.meta["limit"] == 20
    assert "next_cursor" not in reply.meta
    categories = sorted([goods["top"]["id"], goods["low"]["id"]])
    assert summary == {
        "total": 1,
        "categories": [{"value": one, "count": 1} for one in categories],
        "tags": [{"value": "cotton", "count": 1}, {"value": "summer", "count": 1}],
        "attributes": [
            {"name": "colour", "values": [{"value": "blue", "count": 1}, {"value": "red", "count": 1}]},
            {"name": "material", "values": [{"value": "linen", "count": 1}]},
            {"name": "size", "values": [{"value": "L", "count": 1}, {"value": "M", "count": 1}]},
        ],
        "availability": [{"value": "in_stock", "count": 1}],
        "price_range": reply.data[0]["price_range"],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "garden"}, ["Garden Mug", "Crème Shirt"]),
        ({"q": "GARD"}, ["Garden Mug", "Crème Shirt"]),
        ({"q": "shirt-red"}, ["Crème Shirt"]),
        ({"q": "summer linen"}, ["Crème Shirt"]),
        ({"q": "garden plate"}, []),
        ({"q": "***"}, []),
        ({"q": "   "}, ["Garden Mug", "Crème Shirt"]),
        ({}, ["Garden Mug", "Crème Shirt"]),
        ({"tag": "summer"}, ["Garden Mug", "Crème Shirt"]),
        ({"tag": "summer, cotton"}, ["Crème Shirt"]),
        ({"attributes": "colour:red,size:M"}, ["Crème Shirt"]),
        ({"attributes": "colour:red", "q": "mug"}, []),
        ({"attributes": "material:linen"}, ["Crème Shirt"]),
        ({"price_min": 2000}, ["Crème Shirt"]),
        ({"price_max": 1999}, ["Garden Mug", "Crème Shirt"]),
        ({"price_max": 1998}, []),
        ({"price_min": 0, "currency": "USD"}, []),
        ({"availability": "in_stock"}, ["Crème Shirt"]),
        ({"availability": "out_of_stock"}, ["Garden Mug"]),
        ({"sort": "newest"}, ["Garden Mug", "Crème Shirt"]),
        ({"sort": "-price", "price_min": 2000}, ["Crème Shirt"]),
        ({"category_id": "cat_none"}, []),
    ],
)
def test_what_is_asked_for_is_found(
    api: Api, goods: dict[str, Any], query: dict[str, Any], expected: list[str]
) -> None:
    assert titles(api.get(SEARCH, query=query)) == expected


def test_a_category_has_what_is_below_it(api: Api, goods: dict[str, Any]) -> None:
    for name in ("top", "low"):
        assert titles(find(api, category_id=goods[name]["id"])) == ["Crème Shirt"]


def test_in_another_currency_nothing_has_a_price(api: Api, goods: dict[str, Any]) -> None:
    reply = find(api, "mug", currency="USD")
    assert (reply.data[0]["price_range"], reply.meta["summary"]["price_range"]) == (None, None)


def test_pages_go_on_where_the_one_before_ended(api: Api, goods: dict[str, Any]) -> None:
    for sort in ("relevance", "price", "-price", "newest"):
        seen = [titles(page) for page in pages(api, SEARCH, query={"limit": 1, "q": "garden", "sort": sort})]
        assert sorted(seen) == [["Crème Shirt"], ["Garden Mug"]]


def test_a_cursor_of_one_question_is_none_of_another(api: Api, goods: dict[str, Any]) -> None:
    cursor = find(api, "garden", limit=1).meta["next_cursor"]
    for query in ({"q": "gardens"}, {}, {"q": "garden", "sort": "price"}, {"q": "garden", "tag": "summer"}):
        refused(api.get(SEARCH, query={**query, "cursor": cursor}), 400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "x" * 201}, "q"),
        ({"q": "x" * 10_000}, "q"),
        ({"q": " ".join(f"w{number}" for number in range(17))}, "q"),
        ({"category_id": "a b"}, "category_id"),
        ({"category_id": "x" * 65}, "category_id"),
        ({"tag": ""}, "tag"),
        ({"tag": " , "}, "tag"),
        ({"tag": ",".join(map(str, range(11)))}, "tag"),
        ({"tag": "x" * 601}, "tag"),
        ({"attributes": "colour"}, "attributes"),
        ({"attributes": "colour:"}, "attributes"),
        ({"attributes": ":red"}, "attributes"),
        ({"attributes": "colour:red,,"}, "attributes"),
        ({"attributes": ",".join(f"a:{number}" for number in range(11))}, "attributes"),
        ({"price_min": -1}, "price_min"),
        ({"price_min": "1.5"}, "price_min"),
        ({"price_max": 10**11 + 1}, "price_max"),
        ({"price_min": 2, "price_max": 1}, "price_min"),
        ({"currency": "eur"}, "currency"),
        ({"availability": "some"}, "availability"),
        ({"sort": "title"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"cursor": "x" * 2049}, "cursor"),
        ({"query": "mug"}, "query"),
        ({"tag": ["a", "b"]}, "tag"),
    ],
)
def test_bad_parameters_are_named(api: Api, query: dict[str, Any], field: str) -> None:
    refused(api.get(SEARCH, query=query), 400, "VALIDATION_ERROR", field)


def test_it_may_be_kept_and_is_not_sent_twice(api: Api, manager: str, drain: Drain, goods: dict[str, Any]) -> None:
    first = find(api, "garden", limit=1)
    assert first.headers["cache-control"] == "public, max-age=60"
    again = {"if-none-match": first.headers["etag"]}
    assert api.get(SEARCH, query={"q": "garden", "limit": 1}, headers=again).status == 304
    on_sale(api, manager, "PLATE-1", title="Plate", description="garden")
    drain()
    copy.forget()
    changed = api.get(SEARCH, query={"q": "garden", "limit": 1}, headers=again)
    assert (changed.status, changed.meta["summary"]["total"]) == (200, 3), "the page is the same, the counts are not"


class TestTheCopy:
    def test_costs_no_call_while_it_is_fresh_then_one_and_two_where_there_is_a_newer_one(
        self, api: Api, manager: str, drain: Drain, clock: Clock, goods: dict[str, Any]
    ) -> None:
        assert operations(recorded(lambda: find(api, "mug"))) == ["GetObject", "GetObject"]
        assert operations(recorded(lambda: find(api, "mug"))) == []
        clock.shift(FRESH_SECONDS)
        assert operations(recorded(lambda: find(api, "mug"))) == ["GetObject"]
        api.patch(f"/api/v1/products/{goods['mug']['id']}", json={"title": "Mug"}, token=manager, headers=tag(2))
        drain()
        assert titles(find(api, "mug")) == ["Garden Mug"], "as it was, for half a minute"
        clock.shift(FRESH_SECONDS)
        assert operations(recorded(lambda: find(api, "mug"))) == ["GetObject", "GetObject"]
        assert titles(find(api, "mug")) == ["Mug"]

    def test_that_was_never_written_finds_nothing_and_is_looked_for_each_time(
        self, api: Api, manager: str, drain: Drain
    ) -> None:
        for _ in range(2):
            calls = recorded(lambda: find(api, "mug"))
            assert operations(calls) == ["GetObject"]
        assert find(api, "mug").meta["summary"]["total"] == 0
        on_sale(api, manager, "MUG-1", title="Mug")
        drain()
        assert titles(find(api, "mug")) == ["Mug"]

    @pytest.mark.parametrize("spoilt", ["file", "pointer"])
    def test_stays_the_former_one_while_the_newer_is_corrupt(
        self, api: Api, clock: Clock, goods: dict[str, Any], spoilt: str
    ) -> None:
        assert titles(find(api, "mug")) == ["Garden Mug"]
        current = store.pointer()
        assert current is not None
        newer = store.publish(b"a newer file", current, current.tag)
        assert newer is not None
        key = newer.key if spoilt == "file" else store.POINTER
        objects.write(queues.search_index, key, b"garbage", content_type="text/plain")
        clock.shift(FRESH_SECONDS)
        assert titles(find(api, "mug")) == ["Garden Mug"]
        copy.forget()
        refused(api.get(SEARCH), 503, "UNAVAILABLE")

    def test_stays_the_former_one_while_the_bucket_cannot_be_reached(
        self, api: Api, clock: Clock, goods: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert titles(find(api, "mug")) == ["Garden Mug"]
        clock.shift(FRESH_SECONDS)
        asked = []

        def down(*parameters: Any, **_: Any) -> Any:
            asked.append(parameters)
            raise Unavailable

        monkeypatch.setattr(aws, "call", down)
        assert titles(find(api, "mug")) == titles(find(api, "mug")) == ["Garden Mug"]
        assert len(asked) == 1, "nobody waits for it again within half a minute"
        copy.forget()
        refused(api.get(SEARCH), 503, "UNAVAILABLE")

    def test_that_is_gone_where_the_pointer_points_is_looked_for_once_more(
        self, api: Api, goods: dict[str, Any]
    ) -> None:
        current = store.pointer()
        assert current is not None
        client("s3").delete_object(Bucket=queues.search_index.bucket_name, Key=current.key)
        calls = recorded(lambda: find(api, "mug"))
        assert operations(calls) == ["GetObject"] * 4


def test_calls_and_policy(api: Api, goods: dict[str, Any]) -> None:
    forget_what_is_kept()
    with record() as found:
        find(api, "garden", limit=1)
    copy.forget()
    client("s3").delete_object(Bucket=queues.search_index.bucket_name, Key=store.POINTER)
    with record() as missing:
        find(api, "garden")
    assert_exact_policy(handler.declaration, {*found.touches, *missing.touches})
