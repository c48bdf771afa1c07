"""GET /api/v1/promotions/{promotion_id}"""

from __future__ import annotations

from functions.pricing.get_promotion import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.expectation import blanked
from Test_py.support.pricing import basket, check_out, cold, end_unpaid, post, promotion_body, quoted
from Test_py.support.shopkeeping import end_sessions, operations, refused, session, tag

PATH = "/api/v1/promotions"


def test_it_shows_how_often_it_was_used_for_as_long_as_there_is_a_cap(api: Api, manager: str) -> None:
    capped = post(api, "/promotions", promotion_body("CAP", max_uses=5), manager)
    free = post(api, "/promotions", promotion_body("FREE"), manager)
    wanted = quoted(basket(1000, codes=("CAP",)))
    kept = [check_out(wanted) for _ in range(3)]
    end_unpaid(kept[0])
    check_out(quoted(basket(1000, codes=("FREE",))))
    support = session("support")
    shown = api.get(f"{PATH}/{capped['id']}", token=support).data
    assert shown == capped | {"used": 2}
    assert api.get(f"{PATH}/{free['id']}", token=support).data["used"] is None


def test_it_bears_a_tag_that_spares_the_answer(api: Api, manager: str) -> None:
    path = f"{PATH}/{post(api, '/promotions', promotion_body(), manager)['id']}"
    known = api.get(path, token=manager).headers["etag"]
    assert api.get(path, token=manager, headers={"if-none-match": known}).status == 304
    assert api.patch(path, json={"active": False}, token=manager, headers=tag(1)).status == 200
    assert api.get(path, token=manager, headers={"if-none-match": known}).status == 200


def test_one_that_was_archived_is_shown_still(api: Api, manager: str) -> None:
    made = post(api, "/promotions", promotion_body(), manager)
    path = f"{PATH}/{made['id']}"
    assert api.delete(path, token=manager, headers=tag(1)).status == 204
    shown = api.get(path, token=manager).data
    assert shown["archived_at"] == shown["updated_at"]
    assert shown["version"] == 2


def test_what_is_not_there_is_a_404_whatever_else_has_the_id(api: Api, manager: str) -> None:
    method = post(api, "/shipping-methods", {"name": "x", "rates": [{"currency": "EUR", "amount": 1}]}, manager)
    missing = refused(api.get(f"{PATH}/prm_x", token=manager), 404, "NOT_FOUND")
    other = refused(api.get(f"{PATH}/{method['id']}", token=manager), 404, "NOT_FOUND")
    assert blanked(missing) == blanked(other)


def test_no_parameter_is_known(api: Api, manager: str) -> None:
    refused(api.get(f"{PATH}/prm_x", token=manager, query={"fields": "x"}), 400, "VALIDATION_ERROR", "fields")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    path = f"{PATH}/{post(api, '/promotions', promotion_body(), manager)['id']}"
    assert api.get(path).status == 401
    refused(api.get(path, token=session()), 403, "FORBIDDEN")
    end_sessions()
    refused(api.get(path, token=manager), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    made = post(api, "/promotions", promotion_body(), manager)
    calls = cold(api, manager, lambda: api.get(f"{PATH}/{made['id']}", token=manager))
    assert operations(calls) == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
