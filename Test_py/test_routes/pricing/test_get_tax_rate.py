"""GET /api/v1/tax-rates/{tax_rate_id}"""

from __future__ import annotations

from functions.pricing.get_tax_rate import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.pricing import cold, post, tax_body
from Test_py.support.shopkeeping import end_sessions, operations, refused, session

PATH = "/api/v1/tax-rates"


def test_it_shows_what_was_made_and_bears_a_tag(api: Api, manager: str) -> None:
    made = post(api, "/tax-rates", tax_body(), manager)
    reply = api.get(f"{PATH}/{made['id']}", token=session("support"))
    assert (reply.status, reply.data) == (200, made)
    known = {"if-none-match": reply.headers["etag"]}
    assert api.get(f"{PATH}/{made['id']}", token=manager, headers=known).status == 304


def test_what_is_not_there_is_a_404(api: Api, manager: str) -> None:
    refused(api.get(f"{PATH}/tax_x", token=manager), 404, "NOT_FOUND")
    refused(api.get(f"{PATH}/tax_x", token=manager, query={"at": "x"}), 400, "VALIDATION_ERROR", "at")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    made = post(api, "/tax-rates", tax_body(), manager)
    assert api.get(f"{PATH}/{made['id']}").status == 401
    refused(api.get(f"{PATH}/{made['id']}", token=session()), 403, "FORBIDDEN")
    end_sessions()
    refused(api.get(f"{PATH}/{made['id']}", token=manager), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str) -> None:
    made = post(api, "/tax-rates", tax_body(), manager)
    calls = cold(api, manager, lambda: api.get(f"{PATH}/{made['id']}", token=manager))
    assert operations(calls) == ["BatchGetItem"]
    assert_exact_policy(handler.declaration, calls.touches)
