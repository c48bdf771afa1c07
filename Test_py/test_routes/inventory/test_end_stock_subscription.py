"""DELETE /api/v1/stock-subscriptions/{token}"""

from __future__ import annotations

from collections.abc import Callable

from functions.inventory.end_stock_subscription import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.letters import letters, token_in
from Test_py.support.shopkeeping import forget_what_is_kept, on_sale, operations, refused, stocked
from Test_py.support.waiting import EMAIL, PATH, asked, confirm, waiting

DAY = 24 * 3600


def end(api: Api, token: str) -> int:
    return api.delete(f"{PATH}/{token}").status


def test_nothing_is_left_and_nobody_is_told(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = waiting(api, drain)
    assert (end(api, token), end(api, token)) == (204, 204)
    assert items(tables.inventory, "SUB#") == []
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert len(letters(EMAIL)) == 1
    refused(confirm(api, token), 404, "NOT_FOUND")


def test_a_link_of_long_ago_still_ends_it(api: Api, manager: str, drain: Callable[[], object], clock: Clock) -> None:
    on_sale(api, manager)
    token = waiting(api, drain)
    clock.shift(100 * DAY)
    assert end(api, token) == 204
    assert items(tables.inventory, "SUB#") == []


def test_the_mail_that_tells_it_has_a_link_that_forgets(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    waiting(api, drain)
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert len(items(tables.inventory, "SUB#")) == 1
    assert end(api, token_in("/back-in-stock/stop", EMAIL)) == 204
    assert items(tables.inventory, "SUB#") == []


def test_who_declines_is_asked_no_more_by_that_link(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    assert end(api, token) == 204
    refused(confirm(api, token), 404, "NOT_FOUND")


def test_a_mail_that_comes_after_the_end_is_not_sent(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = waiting(api, drain)
    stocked(api, manager, "MUG-1", 3)
    from pushcart.inventory.service import subscribers
    from utils.transaction import Transaction

    tx = Transaction()
    subscribers.tell_subscribers(tx, "MUG-1")
    tx.commit()
    assert end(api, token) == 204
    drain()
    assert len(letters(EMAIL)) == 1


def test_what_is_forged_ends_nothing(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = waiting(api, drain)
    for forged in ("x", token[:-2], f"MUG-2{token[5:]}"):
        refused(api.delete(f"{PATH}/{forged}"), 404, "NOT_FOUND")
    assert len(items(tables.inventory, "SUB#")) == 1


def test_calls_and_policy(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    forget_what_is_kept()
    with record() as calls:
        end(api, token)
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
