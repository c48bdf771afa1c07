"""POST /api/v1/stock-subscriptions"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.inventory.subscribe_to_stock import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support.accounts import assert_exact_policy, events, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.letters import letters
from Test_py.support.shopkeeping import drafted, everything, forget_what_is_kept, on_sale, operations, refused
from Test_py.support.waiting import EMAIL, PATH, ask, asked, confirm, waiting
from utils.clock import now
from utils.rate_limits import RateLimit


def subscriptions() -> list[dict[str, Any]]:
    return items(tables.inventory, "SUB#")


def test_a_mail_asks_whether_it_was_them(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    reply = ask(api, " ADA@example.org ")
    assert (reply.status, reply.data) == (202, {"sku": "MUG-1", "email": EMAIL})
    drain()
    (mail,) = letters(EMAIL)
    assert "Product MUG-1" in str(mail.text)
    assert "48 hours" in str(mail.text)
    (kept,) = subscriptions()
    assert kept["sk"]["S"].startswith("ASKED#")
    assert 47 * 3600 < int(kept["ttl"]["N"]) - now().timestamp() <= 48 * 3600


def test_the_address_is_in_the_item_alone(
    api: Api, manager: str, drain: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    on_sale(api, manager)
    token = waiting(api, drain)
    assert EMAIL not in token
    others = [item for table in tables.TABLES for item in items(table) if not item["pk"]["S"].startswith("SUB#")]
    assert EMAIL not in json.dumps(others, default=str)
    assert EMAIL not in capsys.readouterr().out
    assert EMAIL not in json.dumps([(one["pk"], one["sk"]) for one in subscriptions()])


def test_the_answer_is_the_same_whatever_stands_behind_it(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    drafted(api, manager, "DRAFT-1")
    waiting(api, drain)
    sent = len(letters(EMAIL))
    for sku in ("MUG-1", "DRAFT-1", "NO-SUCH"):
        reply = ask(api, sku=sku)
        assert (reply.status, reply.data) == (202, {"sku": sku, "email": EMAIL})
    drain()
    assert len(letters(EMAIL)) == sent, "who waits already, and for what is not sold, is not written to"


def test_no_address_is_written_to_more_than_thrice_an_hour(
    api: Api, manager: str, drain: Callable[[], object], clock: Clock
) -> None:
    for number in range(5):
        on_sale(api, manager, f"S-{number}")
    for number in range(5):
        assert ask(api, sku=f"S-{number}", source_ip=f"203.0.113.{number}").status == 202
    drain()
    assert len(letters(EMAIL)) == 3
    clock.shift(3601)
    assert ask(api, sku="S-4").status == 202
    drain()
    assert len(letters(EMAIL)) == 4


def test_one_network_may_ask_thirty_times_an_hour(api: Api) -> None:
    assert handler.declaration.limit == RateLimit("stock-subscriptions", 30, 3600)
    statuses = [ask(api, f"person-{n}@example.org", source_ip="203.0.113.9").status for n in range(32)]
    assert statuses == [202] * 30 + [429] * 2
    assert ask(api, source_ip="198.51.100.7").status == 202


def test_asking_again_sends_another_link_and_both_work(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    first, second = asked(api, drain), asked(api, drain)
    assert len(subscriptions()) == 1
    assert {confirm(api, token).status for token in (first, second)} == {200}
    assert len(subscriptions()) == 1


def test_one_key_asks_once(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    first, second = (ask(api, key="once") for _ in range(2))
    assert first.body == second.body
    assert len(events("stock_subscription.asked")) == 1


def test_a_title_is_no_markup(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager, title="<b>Mug</b>")
    asked(api, drain)
    (mail,) = letters(EMAIL)
    assert "<b>" not in str(mail.html)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sku": "MUG-1"}, "email"),
        ({"email": EMAIL}, "sku"),
        ({"sku": "MUG-1", "email": "ada"}, "email"),
        ({"sku": "MUG-1", "email": 7}, "email"),
        ({"sku": "MUG-1", "email": "x" * 250 + "@example.org"}, "email"),
        ({"sku": "a b", "email": EMAIL}, "sku"),
        ({"sku": "x" * 65, "email": EMAIL}, "sku"),
        ({"sku": "MUG-1", "email": EMAIL, "confirmed": True}, "confirmed"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, body: dict[str, Any], field: str) -> None:
    on_sale(api, manager)
    before = everything()
    refused(api.post(PATH, json=body), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager)
    forget_what_is_kept()
    with record() as calls:
        ask(api)
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)
