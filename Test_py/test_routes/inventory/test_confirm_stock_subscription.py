"""POST /api/v1/stock-subscriptions/{token}/confirm"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.inventory.confirm_stock_subscription import handler
from infra.local.recorder import record
from pushcart import tables
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy, events, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.letters import letters
from Test_py.support.shopkeeping import drafted, forget_what_is_kept, on_sale, operations, refused, stocked
from Test_py.support.waiting import EMAIL, PATH, asked, confirm, waiting
from utils import sealing
from utils.clock import now

HOUR = 3600


def states() -> list[str]:
    return [item["sk"]["S"].partition("#")[0] for item in items(tables.inventory, "SUB#")]


def test_it_is_kept_for_180_days_and_confirmed_once(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    first, second = confirm(api, token), confirm(api, token)
    assert (first.status, first.data) == (200, {"sku": "MUG-1", "confirmed": True})
    assert (second.status, second.data) == (200, first.data)
    (kept,) = items(tables.inventory, "SUB#")
    assert kept["sk"]["S"].startswith("ON#")
    assert 179 < (int(kept["ttl"]["N"]) - now().timestamp()) / (24 * HOUR) <= 180
    assert len(events("stock_subscription.confirmed")) == 1


def test_a_link_lapses(api: Api, manager: str, drain: Callable[[], object], clock: Clock) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    clock.shift(48 * HOUR + 1)
    refused(confirm(api, token), 404, "NOT_FOUND")
    assert states() == ["ASKED"]


def test_what_is_forged_is_as_if_it_were_not_there(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    sku, code, hour, mac = token.split("~")
    later = f"{sku}~{code}~{int(hour) + 1}"
    forged = [
        "x",
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{later}~{mac}",
        f"MUG-2~{code}~{hour}~{mac}",
        f"{later}~{sealing.mac('stock-subscription', later)}",
        f"{sku}~{code}~{mac}",
    ]
    bodies = [refused(confirm(api, one), 404, "NOT_FOUND").json["errors"] for one in forged]
    assert len({repr(body) for body in bodies}) == 1
    assert states() == ["ASKED"]


def test_the_longest_token_is_a_path(api: Api, manager: str, drain: Callable[[], object]) -> None:
    sku = "S" * 64
    on_sale(api, manager, sku, slug="long")
    token = asked(api, drain, sku=sku)
    assert len(token) <= 128
    assert confirm(api, token).status == 200


def test_who_confirms_when_it_is_back_already_is_told_at_once(
    api: Api, manager: str, drain: Callable[[], object]
) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert len(letters(EMAIL)) == 1
    assert confirm(api, token).status == 200
    drain()
    assert "can be had again" in letters(EMAIL)[0].subject
    assert states() == ["TOLD"]


def test_each_who_waits_is_told_once_page_by_page(
    api: Api, manager: str, drain: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pushcart.inventory.service import subscribers

    monkeypatch.setattr(subscribers, "PAGE", 2)
    on_sale(api, manager)
    people = [f"person-{number}@example.org" for number in range(5)]
    for number, person in enumerate(people):
        waiting(api, drain, person, source_ip=f"203.0.113.{number}")
    asked(api, drain, "undecided@example.org")
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert [len(letters(person)) for person in people] == [2] * 5
    assert len(letters("undecided@example.org")) == 1
    assert sorted(states()) == ["ASKED", *["TOLD"] * 5]
    stocked(api, manager, "MUG-1", -3)
    drain()
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert [len(letters(person)) for person in people] == [2] * 5


def test_who_waited_too_long_is_forgotten_and_in_nobodys_way(
    api: Api, manager: str, drain: Callable[[], object], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB takes away what has lapsed days later: a page that is full of it must not be looked at for ever."""
    from pushcart.inventory.service import subscribers

    monkeypatch.setattr(subscribers, "PAGE", 1)
    on_sale(api, manager)
    for number in range(3):
        waiting(api, drain, f"former-{number}@example.org", source_ip=f"203.0.113.{number}")
    clock.shift(timedelta(days=181))
    manager = people.staff(api, "manager").token
    waiting(api, drain, "late@example.org", source_ip="203.0.113.9")
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert states() == ["TOLD"]
    assert [len(letters(f"former-{number}@example.org")) for number in range(3)] == [1] * 3
    assert len(letters("late@example.org")) == 2


def test_what_is_gone_again_or_not_sold_is_told_to_nobody(api: Api, manager: str, drain: Callable[[], object]) -> None:
    product = on_sale(api, manager)
    waiting(api, drain)
    stocked(api, manager, "MUG-1", 3)
    stocked(api, manager, "MUG-1", -3)
    drain()
    assert states() == ["ON"]
    path = f"/api/v1/products/{product['id']}"
    assert api.delete(path, token=manager, headers={"if-match": "*"}).status == 204
    stocked(api, manager, "MUG-1", 3)
    drain()
    assert (states(), len(letters(EMAIL))) == (["ON"], 1)
    drafted(api, manager, "OTHER")


def test_calls_and_policy(api: Api, manager: str, drain: Callable[[], object]) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    forget_what_is_kept()
    with record() as calls:
        confirm(api, token, key="k")
    assert operations(calls) == ["GetSecretValue", "BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)


@pytest.mark.parametrize("query", [{"sku": "MUG-1"}])
def test_it_takes_nothing_but_the_token(
    api: Api, manager: str, drain: Callable[[], object], query: dict[str, str]
) -> None:
    on_sale(api, manager)
    token = asked(api, drain)
    assert api.post(f"{PATH}/{token}/confirm", json=query).status == 400
    assert states() == ["ASKED"]
