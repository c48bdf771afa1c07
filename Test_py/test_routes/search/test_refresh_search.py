"""Every day: all that the search knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.search.refresh_search import handler
from infra.local.clients import client
from infra.local.recorder import record
from pushcart import queues
from pushcart.search.embedded import store
from pushcart.search.embedded.adapter import Embedded
from pushcart.search.service import refreshing
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.outbox import messages
from Test_py.support.searching import ask, entry, ids, keep
from Test_py.support.shopkeeping import drafted, on_sale
from utils.errors import Unavailable

Drain = Callable[[], object]


def purge() -> None:
    client("sqs").purge_queue(QueueUrl=queues.search.url)


def test_what_was_missed_is_found_and_what_is_not_sold_no_more(api: Api, manager: str, drain: Drain) -> None:
    kept, missed = (on_sale(api, manager, sku)["id"] for sku in ("A", "B"))
    drafted(api, manager, "C")
    drain()
    keep(Embedded(), entry("prd_gone"))
    Embedded().revise([missed], lambda _: {missed: None})
    assert sorted(ids(ask(Embedded()))) == sorted([kept, "prd_gone"])
    handler({}, None)
    drain()
    assert sorted(ids(ask(Embedded()))) == sorted([kept, missed])


def test_an_index_that_was_lost_is_written_anew(api: Api, manager: str, drain: Drain) -> None:
    made = [on_sale(api, manager, sku)["id"] for sku in ("A", "B")]
    drain()
    client("s3").delete_object(Bucket=queues.search_index.bucket_name, Key=store.POINTER)
    handler({}, None)
    drain()
    assert sorted(ids(ask(Embedded()))) == sorted(made)


def test_every_product_is_named_once_page_by_page(
    api: Api, manager: str, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushcart.catalog.service.documents.IDS_A_PAGE", 2)
    monkeypatch.setattr("pushcart.search.embedded.adapter.IDS_A_PAGE", 2)
    monkeypatch.setattr(refreshing, "PRODUCTS_A_MESSAGE", 2)
    made = [on_sale(api, manager, sku)["id"] for sku in ("A", "B", "C", "D", "E")]
    drain()
    assert refreshing.refresh_all() == 5
    told = [one["Body"]["data"]["product_ids"] for one in messages(queues.search)]
    assert sorted(product_id for part in told for product_id in part) == sorted(made)
    assert [len(part) for part in told] == [2, 2, 1]


def test_a_queue_that_takes_not_all_of_it_is_no_success(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(*_: Any, **__: Any) -> Any:
        return {"Failed": [{"Id": "0"}]}

    monkeypatch.setattr("utils.aws.call", half)
    with pytest.raises(Unavailable):
        refreshing.ask_again(["prd_1"])


def test_it_may_do_what_it_does_and_nothing_else(api: Api, manager: str, drain: Drain) -> None:
    on_sale(api, manager, "A")
    with record() as touched:
        handler({}, None)
        drain()
    with record() as again:
        handler({}, None)
    assert_exact_policy(handler.declaration, {*again.touches, *_absence(touched.touches)})
    purge()


def _absence(touches: Any) -> set[Any]:
    """Being told that there is no index yet, as before the first one was written."""
    return {touch for touch in touches if touch.action == "s3:ListBucket"}
