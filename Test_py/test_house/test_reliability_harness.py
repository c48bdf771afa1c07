"""The harness finds what it is there to find: a lost update, a half-done job, a doubled effect."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.local.gateway import Gateway
from Test_py.reliability.deliveries import UnreliableDelivery
from Test_py.reliability.faults import Counting, CrashAt, LoseAnswer, Throttle
from Test_py.reliability.schedules import interleaved
from Test_py.reliability.seam import call, standing
from Test_py.reliability.sweep import Faults, Sweep, all_faults, crashes, lost_answers, swept
from Test_py.support.client import Api
from Test_py.test_utils.lab import ANYONE, LAB_ROUTES, Fill, Jar, JarOut, shown
from utils.declarations import Loaded
from utils.request import Request
from utils.route import route
from utils.transaction import Transaction


@route("PUT", "/lab/careless/{jar_id}", access=ANYONE)
def careless(request: Request[Fill], jar_id: str) -> JarOut:
    """Read, then put: the mistake that the scheduler must find."""
    jar = request.tx.read_one(Jar.key_of(jar_id))
    request.tx.put(Jar(jar.pk, jar.sk, content=int(jar.content) + request.input.content))
    return shown(jar)


@route("PUT", "/lab/careful/{jar_id}", access=ANYONE)
def careful(request: Request[Fill], jar_id: str) -> JarOut:
    """Read, then change on condition that nobody else did."""
    jar = request.tx.read_one(Jar.key_of(jar_id))
    request.tx.change(jar, Jar.content.set(int(jar.content) + request.input.content))
    return shown(jar)


@pytest.fixture
def lab(aws: None) -> Api:
    handlers = [*LAB_ROUTES, careless, careful]
    api = Api(Gateway([Loaded(handler.declaration, handler) for handler in handlers], call=call))
    tx = Transaction()
    tx.put(Jar("JARS", "jam", content=0))
    tx.commit()
    return api


def content() -> int:
    return int(Transaction().read_one(Jar.key_of("jam")).content)


def filled(lab: Api, kind: str, seed: int) -> tuple[int, list[int]]:
    tx = Transaction()
    tx.put(Jar("JARS", "jam", content=0))
    tx.commit()
    requests = [lambda: lab.put(f"/lab/{kind}/jam", json={"content": 1}).status for _ in range(3)]
    statuses: Any = interleaved(requests, seed=seed)
    return content(), statuses


def test_the_scheduler_finds_a_lost_update_and_a_seed_reproduces_it(lab: Api) -> None:
    outcomes = {seed: filled(lab, "careless", seed) for seed in range(20)}
    lost = [seed for seed, (total, statuses) in outcomes.items() if statuses == [200] * 3 and total < 3]
    assert lost
    assert filled(lab, "careless", lost[0]) == outcomes[lost[0]]
    assert len(set(map(str, outcomes.values()))) > 1


def test_no_order_of_calls_loses_a_conditional_update(lab: Api) -> None:
    for seed in range(20):
        total, statuses = filled(lab, "careful", seed)
        assert total == statuses.count(200) >= 1
        assert set(statuses) <= {200, 412}


def test_a_crash_before_a_call_leaves_nothing_and_after_it_the_effect(lab: Api) -> None:
    counting = Counting()
    with standing(counting):
        lab.put("/lab/careful/jam", json={"content": 0})
    assert counting.made == ["BatchGetItem", "TransactWriteItems"]
    for moment, there in (("before", False), ("after", True)):
        crash = CrashAt(1, moment, times=1)  # type: ignore[arg-type]
        with standing(crash):
            assert lab.put("/lab/careful/jam", json={"content": 1}).status == 500
        assert crash.crashed == 1
        with standing(CrashAt(2, moment, times=1)):  # type: ignore[arg-type]
            assert lab.put("/lab/careful/jam", json={"content": 1}).status == 500
        assert (content() > 0) is there


def test_a_crash_comes_back_at_the_same_call_when_asked(lab: Api) -> None:
    crash = CrashAt(1, "before", times=2)
    with standing(crash):
        statuses = [lab.put("/lab/careful/jam", json={"content": 1}).status for _ in range(3)]
    assert (statuses, crash.crashed) == ([500, 500, 200], 2)


def sweep_one_more(lab: Api, faults: Faults, most: int, made: list[Sweep]) -> None:
    """Add one to the jar, trying again without a key; nobody minds up to ``most`` in it."""
    with swept(faults) as sweep:
        made.append(sweep)
        with standing(sweep):
            while lab.put("/lab/careful/jam", json={"content": 1}).status != 200:
                pass
        assert 1 <= content() <= most


@pytest.mark.parametrize(
    ("faults", "what", "points"), [(crashes, "crash after call 2", 3), (lost_answers, "answer lost of call 2", 1)]
)
def test_a_sweep_finds_the_call_where_trying_again_does_harm(lab: Api, faults: Faults, what: str, points: int) -> None:
    made: list[Sweep] = []
    with pytest.raises(AssertionError, match=re.escape(f"{what} (TransactWriteItems): AssertionError: ")):
        sweep_one_more(lab, faults, 1, made)
    assert content() == 1, "the run itself is unharmed"
    assert [(sweep.calls, sweep.points, len(sweep.broken)) for sweep in made] == [(2, points, 1)]


def test_a_sweep_lets_pass_what_is_mended_by_trying_again(lab: Api) -> None:
    made: list[Sweep] = []
    sweep_one_more(lab, all_faults, 3, made)
    assert [(sweep.calls, sweep.points) for sweep in made] == [(2, 6)]


def test_a_sweep_hides_nothing_that_breaks_by_itself(lab: Api) -> None:
    with pytest.raises(AssertionError, match="1 <= "):
        sweep_one_more(lab, crashes, 0, [])


def test_a_sweep_of_nothing_is_a_failure(lab: Api) -> None:
    with pytest.raises(AssertionError, match="no call"), swept(crashes):
        pass


def test_a_lost_answer_is_an_effect_that_nobody_heard_of(lab: Api) -> None:
    with standing(LoseAnswer(2)):
        assert lab.put("/lab/careful/jam", json={"content": 1}).status == 503
    assert content() == 1


def test_throttling_counts_each_attempt(lab: Api) -> None:
    fault = Throttle(0.2, seed=1)
    with standing(fault):
        for _ in range(50):
            lab.put("/lab/careful/jam", json={"content": 1})
    assert fault.wanted < fault.attempts <= 1.5 * fault.wanted
    with standing(Throttle(1.0, seed=1)):
        assert lab.put("/lab/careful/jam", json={"content": 1}).status == 503


def test_unreliable_deliveries_double_and_drop() -> None:
    from pushcart.queues import stock_ledger
    from utils.queue import queue

    seen: list[int] = []

    @queue(stock_ledger, once=False)
    def worker(delivery: Any) -> None:
        """Watch."""
        seen.append(delivery.message.sequence)

    event = {"id": "e", "type": "t", "aggregate": "a", "occurred_at": "t", "correlation_id": "c-1234567", "data": {}}
    received = {"attributes": {"ApproximateReceiveCount": "1"}, "receiptHandle": "r"}
    records = [{**received, "messageId": str(n), "body": json.dumps({**event, "sequence": n})} for n in range(3)]
    loaded, dropped = Loaded(worker.declaration, worker), 0
    delivery = UnreliableDelivery(seed=3)
    for _ in range(30):
        try:
            delivery(loaded, {"Records": records})
        except Exception:  # noqa: BLE001 - counted
            dropped += 1
    orders = {tuple(seen[start : start + 3]) for start in range(0, len(seen), 3)}
    assert dropped
    assert len(seen) > 3 * 30 * 0.7
    assert len(orders) > 1
    delivery.calm, seen[:] = True, []
    delivery(loaded, {"Records": records})
    assert seen == [0, 1, 2]
