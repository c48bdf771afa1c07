"""GET /api/v1/admin/products/{product_id}"""

from __future__ import annotations

import pytest

from functions.catalog.get_catalogue_product import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.catalogue import ANY
from Test_py.support.client import Api
from Test_py.support.shopkeeping import drafted, on_sale, operations, recorded, refused, session

PATH = "/api/v1/admin/products"


def test_it_shows_a_product_whatever_its_status_is(api: Api, manager: str) -> None:
    draft, sold = drafted(api, manager, "A"), on_sale(api, manager, "B")
    assert api.get(f"{PATH}/{draft['id']}", token=manager).data == draft
    assert api.get(f"{PATH}/{sold['id']}", token=manager).data == sold
    api.delete(f"/api/v1/products/{sold['id']}", token=manager, headers=ANY)
    assert api.get(f"{PATH}/{sold['id']}", token=manager).data["status"] == "archived"


def test_its_etag_is_good_for_the_next_change(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    shown = api.get(f"{PATH}/{draft['id']}", token=manager)
    tag = shown.headers["etag"]
    assert "public" not in shown.headers["cache-control"]
    known = api.get(f"{PATH}/{draft['id']}", token=manager, headers={"if-none-match": tag})
    assert known.status == 304
    reply = api.patch(f"/api/v1/products/{draft['id']}", json={"title": "x"}, token=manager, headers={"if-match": tag})
    assert reply.status == 200


@pytest.mark.parametrize("product_id", ["prd_none", "%20", "x" * 129, "%23META"])
def test_there_has_to_be_one(api: Api, manager: str, product_id: str) -> None:
    refused(api.get(f"{PATH}/{product_id}", token=manager), 404, "NOT_FOUND")


def test_no_parameter_is_known(api: Api, manager: str) -> None:
    reply = api.get(f"{PATH}/{drafted(api, manager)['id']}", token=manager, query={"fields": "id"})
    refused(reply, 400, "VALIDATION_ERROR", "fields")


def test_all_staff_may_and_nobody_else(api: Api, manager: str) -> None:
    path = f"{PATH}/{drafted(api, manager)['id']}"
    assert api.get(path).status == 401
    refused(api.get(path, token=session()), 403, "FORBIDDEN")
    assert api.get(path, token=session("support")).status == 200


def test_calls_and_policy(api: Api, manager: str) -> None:
    draft = drafted(api, manager)
    calls = recorded(lambda: api.get(f"{PATH}/{draft['id']}", token=manager))
    assert operations(calls) == ["Query"]
    assert_exact_policy(handler.declaration, calls.touches)
