"""GET /api/v1/products/{product_id}/media"""

from __future__ import annotations

from functions.catalog.list_media import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.media import path_of, wait_for
from Test_py.support.shopkeeping import drafted, forget_what_is_kept, operations, pages, recorded, refused, session
from utils.ids import new_id


def test_all_are_listed_page_by_page_the_oldest_first(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    added = [wait_for(api, manager, product).data["id"] for _ in range(3)]
    found = [page.data for page in pages(api, path_of(product), token=manager, query={"limit": 2})]
    assert [[one["id"] for one in page] for page in found] == [added[:2], added[2:]]
    assert set(found[0][0]) >= {"status", "alt", "thumbnails", "version"}
    assert "upload" not in found[0][0], "leave to upload is given once"


def test_a_product_without_any_and_one_that_is_not_there(api: Api, manager: str) -> None:
    assert api.get(path_of(drafted(api, manager)), token=manager).data == []
    refused(api.get(path_of({"id": new_id("prd")}), token=manager), 404, "NOT_FOUND")


def test_only_staff(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    refused(api.get(path_of(product), token=session()), 403, "FORBIDDEN")
    assert api.get(path_of(product)).status == 401


def test_what_is_wrong_is_named(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    refused(api.get(path_of(product), token=manager, query={"status": "ready"}), 400, "VALIDATION_ERROR", "status")
    refused(api.get(path_of(product), token=manager, query={"limit": "101"}), 400, "VALIDATION_ERROR", "limit")


def test_its_calls_and_its_policy(api: Api, manager: str) -> None:
    empty, product = drafted(api, manager), drafted(api, manager, "OTHER-1")
    for _ in range(2):
        wait_for(api, manager, product)
    calls = recorded(lambda: api.get(path_of(empty), token=manager))
    assert operations(calls) == ["Query", "GetItem"]
    forget_what_is_kept()
    # A cursor is sealed only where there is more than one page.
    more = recorded(lambda: api.get(path_of(product), token=manager, query={"limit": 1}))
    assert_exact_policy(handler.declaration, calls.touches | more.touches)
