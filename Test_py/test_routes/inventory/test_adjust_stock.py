"""POST /api/v1/inventory/{sku}/adjustments"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.inventory.adjust_stock import handler
from infra.local.recorder import record
from pushcart.inventory.models import LOW, MAX_PLACES, MAX_STOCK, AdjustmentItem, StockItem
from pushcart.inventory.service import ReservedLine, reserve
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    forget_what_is_kept,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stocked,
    stored,
    tag,
)
from Test_py.support.stockkeeping import shelve
from utils.clock import now
from utils.transaction import Transaction

PATH = "/api/v1/inventory/MUG-1/adjustments"
GOOD = {"delta": 10, "reason": "received"}


def adjust(api: Api, token: str, key: str, **change: Any) -> Reply:
    return api.post(PATH, json=GOOD | change, token=token, key=key)


def figures(item: Any) -> tuple[int, int, int]:
    return int(item.on_hand), int(item.available), int(item.reserved)


def test_units_come_in_and_go_out(api: Api, manager: str) -> None:
    on_sale(api, manager)
    reply = adjust(api, manager, "k-1", note="Delivery of Monday")
    assert reply.status == 201
    moment = reply.data["created_at"]
    assert reply.data == {
        "id": reply.data["id"],
        "sku": "MUG-1",
        "location_id": "main",
        "delta": 10,
        "reason": "received",
        "note": "Delivery of Monday",
        "on_hand": 10,
        "available": 10,
        "reserved": 0,
        "low_stock_threshold": 5,
        "created_at": moment,
        "updated_at": moment,
    }
    assert announced(reply.data["id"]) == [(1, "inventory.adjusted")]
    assert adjust(api, manager, "k-2", delta=-4, reason="damaged").data["on_hand"] == 6
    assert figures(stored(StockItem.key_of("MUG-1"))) == (6, 6, 0)


def test_who_did_it_is_kept_and_the_note_stays_out_of_events(api: Api, manager: str) -> None:
    on_sale(api, manager)
    clerk = session("manager", user_id="usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T")
    made = adjust(api, clerk, "k", note="Returned by Ada Lovelace").data
    kept = stored(AdjustmentItem.key_of(made["id"]))
    assert (kept.made_by, kept.note) == ("usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", "Returned by Ada Lovelace")
    assert "Ada" not in repr([item for item in everything() if item["pk"]["S"].startswith("AGG#")])


def test_a_draft_can_be_stocked(api: Api, manager: str) -> None:
    drafted(api, manager)
    assert adjust(api, manager, "k").status == 201


def opened(api: Api, manager: str, **changes: Any) -> str:
    """Return the id of a location that was made just now."""
    made = api.post("/api/v1/locations", json={"name": "Other"}, token=manager).data
    if changes:
        path = f"/api/v1/locations/{made['id']}"
        assert api.patch(path, json=changes, token=manager, headers=tag(1)).status == 200
    return str(made["id"])


def test_units_are_counted_where_they_are(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=5)
    other = opened(api, manager)
    made = adjust(api, manager, "k", location_id=other, delta=2).data
    assert (made["location_id"], made["on_hand"]) == (other, 2)
    assert adjust(api, manager, "k-2", location_id=other, delta=-1, reason="damaged").data["on_hand"] == 1
    assert figures(stored(StockItem.key_of("MUG-1"))) == (5, 5, 0)
    there = stored(StockItem.key_of("MUG-1", other))
    assert (figures(there), there.closed, there.low_shard) == ((1, 1, 0), None, LOW)


def test_an_inactive_location_is_counted_and_sells_nothing(api: Api, manager: str) -> None:
    on_sale(api, manager)
    other = opened(api, manager, active=False)
    assert adjust(api, manager, "k", location_id=other, reason="counted").status == 201
    there = stored(StockItem.key_of("MUG-1", other))
    assert (figures(there), there.closed, there.low_shard) == ((10, 10, 0), "yes", None)
    assert api.get("/api/v1/availability", query={"sku": "MUG-1"}).data["availability"] == "out_of_stock"


def test_a_first_count_knows_the_threshold_that_was_set(api: Api, manager: str) -> None:
    on_sale(api, manager)
    body = {"low_stock_threshold": 9, "hot": 1}
    assert api.put("/api/v1/inventory/MUG-1/settings", json=body, token=manager, headers=tag(0)).status == 200
    assert adjust(api, manager, "k", delta=9).data["low_stock_threshold"] == 9
    assert stored(StockItem.key_of("MUG-1")).low_shard == LOW


def test_of_a_hot_sku_the_emptiest_bucket_is_filled_and_the_fullest_is_emptied(api: Api, manager: str) -> None:
    on_sale(api, manager)
    body = {"low_stock_threshold": 5, "hot": 3}
    assert api.put("/api/v1/inventory/MUG-1/settings", json=body, token=manager, headers=tag(0)).status == 200
    for bucket, units in enumerate((4, 1, 3)):
        shelve("MUG-1", units, bucket=bucket, reserved=1)
    assert adjust(api, manager, "k", delta=2).data["on_hand"] == 13
    made = adjust(api, manager, "k-2", delta=-5).data
    assert (made["on_hand"], made["available"], made["reserved"]) == (8, 5, 3)
    found = [figures(stored(StockItem.key_of("MUG-1", "main", bucket))) for bucket in range(3)]
    assert found == [(1, 0, 1), (3, 2, 1), (4, 3, 1)]
    reply = refused(adjust(api, manager, "k-3", delta=-6), 409, "INSUFFICIENT_STOCK")
    assert reply.json["errors"][0]["detail"] == "MUG-1: requested 6, available 5"


def test_a_sku_lies_in_no_more_places_than_a_transaction_can_check(api: Api, manager: str) -> None:
    on_sale(api, manager)
    for number in range(MAX_PLACES):
        shelve("MUG-1", 1, location_id=f"loc_{number}")
    refused(adjust(api, manager, "k", location_id=opened(api, manager)), 409, "CONFLICT", "location_id")
    assert adjust(api, manager, "k-2", location_id="main").status == 409


def test_no_more_can_go_than_is_free(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=5)
    tx = Transaction()
    reserve(tx, order_id="ord_1", lines=[ReservedLine("MUG-1", "main", 3)], held_until=now())
    tx.commit()
    before = everything()
    reply = adjust(api, manager, "k", delta=-3)
    refused(reply, 409, "INSUFFICIENT_STOCK")
    assert reply.json["errors"][0]["detail"] == "MUG-1: requested 3, available 2"
    assert everything() == before
    assert adjust(api, manager, "k-2", delta=-2).data["available"] == 0
    assert figures(stored(StockItem.key_of("MUG-1"))) == (3, 0, 3)


def test_nothing_can_go_where_nothing_is(api: Api, manager: str) -> None:
    on_sale(api, manager)
    refused(adjust(api, manager, "k", delta=-1), 409, "INSUFFICIENT_STOCK")
    assert stored(StockItem.key_of("MUG-1")) is None


def test_there_is_an_end_to_counting(api: Api, manager: str) -> None:
    on_sale(api, manager, stock=1)
    tx = Transaction()
    on_hand = StockItem.on_hand.set(MAX_STOCK)
    tx.adjust(
        StockItem.key_of("MUG-1"),
        on_hand,
        StockItem.available.set(MAX_STOCK),
        when=StockItem.pk.exists(),
        refused=RuntimeError,  # type: ignore[arg-type]
    )
    tx.commit()
    refused(adjust(api, manager, "k"), 409, "CONFLICT", "delta")


def test_of_many_at_once_none_is_lost(api: Api, manager: str) -> None:
    on_sale(api, manager)

    def count(number: int) -> tuple[int, int]:
        reply = adjust(api, manager, f"k-{number}", delta=1)
        return reply.status, reply.data["on_hand"]

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(count, range(4)))
    assert found == [(201, 1), (201, 2), (201, 3), (201, 4)]
    assert figures(stored(StockItem.key_of("MUG-1"))) == (4, 4, 0)


def test_of_one_key_at_once_there_is_one_effect_and_one_answer(api: Api, manager: str) -> None:
    on_sale(api, manager)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: adjust(api, manager, "same"), range(16)))
    assert {(reply.status, reply.body) for reply in replies} == {(201, replies[0].body)}
    assert figures(stored(StockItem.key_of("MUG-1"))) == (10, 10, 0)


def test_a_key_is_required_and_good_for_one_request(api: Api, manager: str) -> None:
    on_sale(api, manager)
    refused(api.post(PATH, json=GOOD, token=manager), 400, "IDEMPOTENCY_KEY_REQUIRED", "Idempotency-Key")
    assert adjust(api, manager, "k").status == 201
    refused(adjust(api, manager, "k", delta=11), 422, "IDEMPOTENCY_KEY_REUSED")
    assert adjust(api, session("manager"), "k").data["on_hand"] == 20


def test_a_refusal_is_replayed_too(api: Api, manager: str) -> None:
    on_sale(api, manager)
    first = adjust(api, manager, "k", delta=-1)
    stocked(api, manager, "MUG-1", 5)
    again = adjust(api, manager, "k", delta=-1)
    assert (again.status, again.body) == (409, first.body)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delta": 0}, "delta"),
        ({"delta": 1.5}, "delta"),
        ({"delta": "1"}, "delta"),
        ({"delta": True}, "delta"),
        ({"delta": 10**6 + 1}, "delta"),
        ({"delta": None}, "delta"),
        ({"reason": "stolen"}, "reason"),
        ({"reason": None}, "reason"),
        ({"location_id": "moon"}, "location_id"),
        ({"location_id": "a b"}, "location_id"),
        ({"note": ""}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"on_hand": 5}, "on_hand"),
        ({"sku": "OTHER"}, "sku"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(api: Api, manager: str, change: dict[str, Any], field: str) -> None:
    on_sale(api, manager)
    before = everything()
    body = {name: value for name, value in (GOOD | change).items() if value is not None}
    refused(api.post(PATH, json=body, token=manager, key="k"), 400, "VALIDATION_ERROR", field)
    assert everything() == before


def test_an_unknown_sku_is_a_404(api: Api, manager: str) -> None:
    refused(adjust(api, manager, "k"), 404, "NOT_FOUND")


def test_only_staff_with_the_permission_may(api: Api, manager: str) -> None:
    assert api.post(PATH, json=GOOD).status == 401
    for roles in ((), ("support",)):
        refused(adjust(api, session(*roles), "k"), 403, "FORBIDDEN")


def test_a_session_that_ended_counts_nothing(api: Api, manager: str) -> None:
    on_sale(api, manager)
    end_sessions()
    refused(adjust(api, manager, "k"), 401, "UNAUTHENTICATED")
    assert stored(StockItem.key_of("MUG-1")) is None


def test_calls_and_policy(api: Api, manager: str) -> None:
    on_sale(api, manager)
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=manager)
    with record() as touched:
        adjust(api, manager, "k-1")
        refused(adjust(api, manager, "k-0", delta=-99), 409, "INSUFFICIENT_STOCK")
        calls = recorded(lambda: adjust(api, manager, "k-2"))
    assert operations(calls) == ["BatchGetItem", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, touched.touches)
