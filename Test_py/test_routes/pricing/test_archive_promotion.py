"""DELETE /api/v1/promotions/{promotion_id}"""

from __future__ import annotations

from typing import Any

import pytest

from functions.pricing.archive_promotion import handler
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.pricing import basket, check_out, cold, end_unpaid, everything, post, promotion_body, quoted, used
from Test_py.support.shopkeeping import announced, end_sessions, operations, refused, session, tag

PATH = "/api/v1/promotions"
ANY = {"if-match": "*"}


@pytest.fixture
def made(api: Api, manager: str) -> Any:
    return post(api, "/promotions", promotion_body(max_uses=5), manager)


def archive(api: Api, token: str, made: Any, headers: dict[str, str] = ANY) -> Reply:
    return api.delete(f"{PATH}/{made['id']}", token=token, headers=headers)


def test_it_is_granted_no_more_and_its_code_is_free(api: Api, manager: str, made: Any) -> None:
    wanted = basket(1000, codes=("SAVE10",))
    assert archive(api, manager, made, tag(1)).status == 204
    assert [one.code for one in quoted(wanted).problems] == ["promotion_unknown"]
    other = post(api, "/promotions", promotion_body(basis_points=500), manager)
    assert [one.promotion_id for one in quoted(wanted).promotions] == [other["id"]]
    assert announced(made["id"]) == [(1, "promotion.created"), (2, "promotion.archived")]


def test_an_order_that_has_it_keeps_it_and_can_give_it_back(api: Api, manager: str, made: Any) -> None:
    quote = quoted(basket(1000, codes=("SAVE10",)))
    kept = check_out(quote)
    assert archive(api, manager, made).status == 204
    end_unpaid(kept)
    assert used(made["id"]) == 0


def test_a_second_time_changes_nothing_and_the_codes_next_owner_keeps_it(api: Api, manager: str, made: Any) -> None:
    assert archive(api, manager, made).status == 204
    post(api, "/promotions", promotion_body(), manager)
    before = everything()
    assert archive(api, manager, made).status == 204
    assert everything() == before


def test_the_version_that_was_seen_is_needed_and_compared(api: Api, manager: str, made: Any) -> None:
    before = everything()
    refused(archive(api, manager, made, {}), 428, "VERSION_REQUIRED")
    refused(archive(api, manager, made, tag(2)), 412, "STALE_VERSION")
    assert everything() == before


def test_there_has_to_be_one(api: Api, manager: str) -> None:
    refused(archive(api, manager, {"id": "prm_x"}), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str, made: Any) -> None:
    assert api.delete(f"{PATH}/{made['id']}").status == 401
    for roles in ((), ("support",)):
        refused(archive(api, session(*roles), made), 403, "FORBIDDEN")
    end_sessions()
    refused(archive(api, manager, made), 401, "UNAUTHENTICATED")


def test_calls_and_policy(api: Api, manager: str, made: Any) -> None:
    calls = cold(api, manager, lambda: archive(api, manager, made))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
