"""Random walks through the life of orders: whatever is allowed is granted, whatever is not changes nothing."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from Test_py.reliability.order_moves import TOKENS
from Test_py.reliability.walks import SKUS, Walk
from Test_py.support.clock import Clock
from utils.clock import now
from utils.declarations import Loaded

MOST_ORDERS = 3
WALKS, STEPS = 4, 20
MANY_WALKS = 500
NUMBERS = some.integers(min_value=0, max_value=997)
CHOICES = some.lists(NUMBERS, min_size=1, max_size=5)
CARTS = some.dictionaries(some.sampled_from(SKUS), some.integers(min_value=1, max_value=4), min_size=1, max_size=3)


class Orders(RuleBasedStateMachine):
    """Each rule is one step of a walk."""

    functions: list[Loaded] = []  # noqa: RUF012 - handed over by the test
    walked: Counter[str] = Counter()  # noqa: RUF012 - added up over all walks

    def __init__(self) -> None:
        super().__init__()
        self._travel = time_machine.travel(now(), tick=True)
        self._clock = Clock(self._travel.start())
        self.walk: Walk | None = None

    @initialize(by_staff=some.booleans(), cart=CARTS, token=some.sampled_from(TOKENS))
    def begin(self, by_staff: bool, cart: dict[str, int], token: str) -> None:
        self.walk = Walk.begin(self.functions, self._clock, by_staff=by_staff)
        self.walk.order(cart, token, with_code=True)
        self.walk.deliver(0)

    @precondition(lambda self: len(self.walk.orders) < MOST_ORDERS)
    @rule(cart=CARTS, token=some.sampled_from(TOKENS), with_code=some.booleans())
    def order(self, cart: dict[str, int], token: str, with_code: bool) -> None:
        self._on.order(cart, token, with_code=with_code)

    @precondition(lambda self: self.walk.orders)
    @rule(which=NUMBERS, choices=CHOICES, seed=NUMBERS, pays=some.sampled_from((None, True, False)))
    def go_on(self, which: int, choices: list[int], seed: int, pays: bool | None) -> None:
        for choice in choices:
            self._on.move(which, choice, granted=True)
            self._on.deliver(seed + choice)
        if pays is not None:
            self._on.bank(which, pays=pays, copies=1 + seed % 3, keep=seed % 2 == 0)

    @precondition(lambda self: self.walk.orders)
    @rule(which=NUMBERS, choices=CHOICES)
    def press_on(self, which: int, choices: list[int]) -> None:
        for choice in choices:
            self._on.move(which, choice, granted=True)

    @precondition(lambda self: self.walk.orders)
    @rule(which=NUMBERS, choices=CHOICES)
    def overstep(self, which: int, choices: list[int]) -> None:
        for choice in choices:
            self._on.move(which, choice, granted=False)

    @rule(sku=some.sampled_from(SKUS), delta=some.sampled_from((-4, -1, 1, 3)))
    def count(self, sku: str, delta: int) -> None:
        self._on.count(sku, delta)

    @precondition(lambda self: self.walk.orders)
    @rule(which=NUMBERS, pays=some.booleans(), copies=some.integers(1, 3), keep=some.booleans())
    def bank(self, which: int, pays: bool, copies: int, keep: bool) -> None:
        self._on.bank(which, pays=pays, copies=copies, keep=keep)

    @rule(succeeds=some.booleans(), copies=some.integers(1, 3), keep=some.booleans())
    def bank_gives_back(self, succeeds: bool, copies: int, keep: bool) -> None:
        self._on.bank_gives_back(succeeds=succeeds, copies=copies, keep=keep)

    @precondition(lambda self: self.walk.posted)
    @rule()
    def late_post(self) -> None:
        self._on.late_post()

    @rule(seed=NUMBERS)
    def deliver(self, seed: int) -> None:
        self._on.deliver(seed)

    @rule(minutes=some.sampled_from((1, 6, 16)), seed=NUMBERS)
    def wait(self, minutes: int, seed: int) -> None:
        self._on.wait(minutes)
        self._on.deliver(seed)

    def teardown(self) -> None:
        try:
            if self.walk is not None:
                self.walk.end()
                self.walked.update(self.walk.made)
                self.walked["walks"] += 1
        finally:
            self._travel.stop()
            os.environ.pop("PAYMENT_CAPTURE", None)

    @property
    def _on(self) -> Walk:
        assert self.walk is not None
        return self.walk


def walk(functions: list[Loaded], count: int, **options: Any) -> Counter[str]:
    """Take so many walks; return how often each kind of thing happened in them."""
    Orders.functions, Orders.walked = functions, Counter()
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=count,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )
    return Orders.walked


def told(made: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(made.items()))


def test_walks(functions: list[Loaded], aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The same walks each time, so that a change is what makes them fail."""
    made = walk(functions, WALKS, derandomize=True)
    with capsys.disabled():
        print(f"\n  random walks through orders: {told(made)}: no invariant broken")
    assert made["walks"] >= WALKS
    assert min(made[kind] for kind in ("ordered", "granted", "refused", "webhooks", "deliveries", "waits")) > 0


@pytest.mark.torture
def test_many_more_walks(functions: list[Loaded], aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    made = walk(functions, MANY_WALKS)
    with capsys.disabled():
        print(f"\n  random walks through orders: {told(made)}: no invariant broken")
