"""Invoices and drafts under crashes, lost answers and every order of calls: no gap, nothing twice, nothing half."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from infra.local.lambda_context import FunctionError
from infra.local.pumps import Pumps
from pushcart.orders.invoice_models import InvoiceCounterItem
from pushcart.orders.models import OrderItem
from Test_py.reliability.flows import Stage, persistently
from Test_py.reliability.invariants import check
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import Fault, call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support import drafts, parcels, shopping
from Test_py.support.clock import Clock
from Test_py.support.invoices import document, documents, invoice_of
from Test_py.support.jobs import record_of
from Test_py.support.outbox import only
from utils.clock import now, rfc3339
from utils.declarations import Loaded
from utils.messages import EventMessage
from utils.transaction import Transaction

SEEDS = range(20)


def told(order: shopping.Placed) -> EventMessage:
    moment = rfc3339(now())
    return EventMessage(
        id=f"evt_{order.id}",
        type="order.confirmed",
        aggregate=order.id,
        sequence=4,
        occurred_at=moment,
        correlation_id="test",
        data={},
    )


def confirmed(stage: Stage, count: int = 1) -> list[shopping.Placed]:
    """Return confirmed orders of which the worker has not heard."""
    orders = [shopping.buy(stage.api, "MUG-1") for _ in range(count)]
    for order in orders:
        item, tx = shopping.stored(OrderItem.key_of(order.id)), Transaction()
        tx.change(item, OrderItem.status.set("confirmed"))
        tx.commit()
    return orders


def redelivered(functions: list[Loaded], message: EventMessage) -> int:
    """Hand a message out until it is done, as SQS would; returns how often."""
    worker = next(loaded for loaded in functions if loaded.declaration.name == "on_invoice_due")
    for receives in range(1, 6):
        try:
            answer = call(worker, {"Records": [record_of(message.model_dump(), receives)]})
        except FunctionError:
            continue
        if not answer["batchItemFailures"]:
            return receives
    raise AssertionError("five deliveries were in vain")


def fresh(functions: list[Loaded], clock: Clock) -> Stage:
    stage = Stage.fresh(functions, clock)
    shopping.shelve("MUG-1", units=90)
    return stage


def assert_without_a_gap(orders: list[shopping.Placed]) -> None:
    found = [invoice_of(order) for order in orders]
    year = rfc3339(now())[:4]
    numbers = sorted(invoice.number for invoice in found if invoice)
    assert numbers == [f"{year}-{number:06d}" for number in range(1, len(orders) + 1)]
    assert int(shopping.stored(InvoiceCounterItem.key_of(year)).last) == len(orders)
    assert documents() == [f"invoices/{number}.pdf" for number in numbers]
    assert all(invoice and invoice.made_at and invoice.sheet is None for invoice in found)
    assert all(shopping.types(order).count("invoice.issued") == 1 for order in orders)


def issue_under(fault: Fault, functions: list[Loaded], clock: Clock) -> tuple[int, bytes]:
    stage = fresh(functions, clock)
    first, second = confirmed(stage, 2)
    with standing(fault):
        receives = redelivered(functions, told(first))
    redelivered(functions, told(second))
    assert_without_a_gap([first, second])
    invoice = invoice_of(first)
    assert invoice is not None
    assert invoice.number.endswith("-000001")
    before = document(invoice.number)
    redelivered(functions, told(first))
    assert document(invoice.number) == before
    return receives, before


def test_a_crash_or_a_lost_answer_at_any_call_leaves_no_gap_and_is_mended_by_redelivery(
    functions: list[Loaded], clock: Clock, aws: None
) -> None:
    with swept(all_faults) as sweep:
        receives, content = issue_under(sweep, functions, clock)
        assert content.startswith(b"%PDF")
        assert receives <= 3
    assert sweep.calls == 4, "read, number, draw, note"
    print(f"FIGURE invoice: {sweep.points} crashes and lost answers, final within 3 deliveries")


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_workers_take_each_number_once(
    functions: list[Loaded], clock: Clock, aws: None, seed: int
) -> None:
    stage = fresh(functions, clock)
    orders = confirmed(stage, 3)
    twice = [orders[0], orders[0], orders[1], orders[2]]
    interleaved([partial(redelivered, functions, told(order)) for order in twice], seed=seed)
    assert_without_a_gap(orders)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_an_invoice_and_a_parcel_are_both_noted(
    functions: list[Loaded], clock: Clock, aws: None, seed: int
) -> None:
    stage = fresh(functions, clock)
    order, manager = shopping.buy(stage.api, "MUG-1"), stage.staff()
    Pumps(only(functions, "relay_events", "on_payment_command")).drain()
    acts: list[Callable[[], object]] = [
        partial(redelivered, functions, told(order)),
        partial(parcels.ship, stage.api, manager, order),
        partial(drafts.change, stage.api, manager, order, note="Ring twice"),
    ]
    _, shipped, changed = interleaved(acts, seed=seed)
    assert (shipped.status, changed.status) == (201, 200)  # type: ignore[attr-defined]
    stage.redeliver()
    assert sorted(shopping.types(order)[4:]) == [
        "fulfillment.shipped",
        "invoice.issued",
        "order.processing",
        "order.updated",
    ]
    shopping.assert_told_by_events(order)
    check()


def draft_under(fault: Fault, functions: list[Loaded], clock: Clock) -> None:
    stage = fresh(functions, clock)
    manager = stage.staff()
    with standing(fault):
        reply = persistently(lambda: drafts.draft(stage.api, manager, "MUG-1", key="once", hold_hours=1))
    assert reply.status == 201, reply.body
    assert shopping.stock("MUG-1") == (90, 89, 1)
    stage.redeliver()
    order = drafts.mailed(shopping.Placed(reply.data["id"], reply.data, {}))
    assert shopping.pay_again(stage.api, order, "tok_success").status == 202
    stage.redeliver()
    assert shopping.look(stage.api, order)["status"] == "confirmed"
    check()


def test_a_crash_or_a_lost_answer_at_any_call_of_a_draft_places_one(
    functions: list[Loaded], clock: Clock, aws: None
) -> None:
    with swept(all_faults) as sweep:
        draft_under(sweep, functions, clock)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_every_order_of_calls_a_draft_is_paid_or_expires(
    functions: list[Loaded], clock: Clock, aws: None, seed: int
) -> None:
    stage = fresh(functions, clock)
    manager = stage.staff()
    order = drafts.drafted(stage.api, manager, "MUG-1", hold_hours=1)
    stage.rest()
    paying = drafts.mailed(order)
    clock.shift(3590 if seed % 2 else 1800)
    acts: list[Callable[[], object]] = [
        partial(shopping.pay_again, stage.api, paying, "tok_success"),
        stage.expire if seed % 2 else stage.rest,
    ]
    interleaved(acts, seed=seed)
    stage.redeliver()
    seen = shopping.look(stage.api, paying)["status"]
    assert seen in ({"expired", "confirmed"} if seed % 2 else {"confirmed"})
    check()
