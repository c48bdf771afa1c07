"""GET /api/v1/shipping-methods"""

from __future__ import annotations

from functions.pricing.list_shipping_methods import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import BODIES, cold, post, promotion_body
from Test_py.support.shopkeeping import NOBODYS_CURSOR, end_sessions, operations, pages, refused, session

PATH = "/api/v1/shipping-methods"


def test_pages_join_the_latest_first_and_hold_nothing_else(api: Api, manager: str) -> None:
    assert api.get(PATH, token=manager).data == []
    made = [post(api, "/shipping-methods", body, manager) for body in BODIES["/shipping-methods"]]
    post(api, "/promotions", promotion_body(), manager)
    seen = [page.data for page in pages(api, PATH, token=session("support"), query={"limit": 2})]
    assert [len(page) for page in seen] == [2, 1]
    assert [one for page in seen for one in page] == made[::-1]


def test_what_was_archived_is_in_no_list(api: Api, manager: str) -> None:
    gone, stays = (post(api, "/shipping-methods", body, manager) for body in BODIES["/shipping-methods"][:2])
    assert api.delete(f"{PATH}/{gone['id']}", token=manager, headers={"if-match": "*"}).status == 204
    assert api.get(PATH, token=manager).data == [stays]


def test_bad_parameters_and_cursors_are_refused(api: Api, manager: str) -> None:
    for query, field in [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"country": "DE"}, "country")]:
        refused(api.get(PATH, token=manager, query=query), 400, "VALIDATION_ERROR", field)
    refused(api.get(PATH, token=manager, query={"cursor": NOBODYS_CURSOR}), 400, "INVALID_CURSOR")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.get(PATH).status == 401
    refused(api.get(PATH, token=session()), 403, "FORBIDDEN")
    end_sessions()
    refused(api.get(PATH, token=manager), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    for body in BODIES["/shipping-methods"][:2]:
        post(api, "/shipping-methods", body, manager)
    calls = cold(api, manager, lambda: api.get(PATH, token=manager, query={"limit": 1}))
    assert operations(calls) == ["Query", "GetItem", "GetSecretValue"]
    assert_exact_policy(handler.declaration, calls.touches)
