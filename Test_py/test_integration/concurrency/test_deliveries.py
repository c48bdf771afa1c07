"""Messages that come twice, in any order, late or lost: the end is that of the calm."""

from __future__ import annotations

import pytest

from Test_py.reliability.chaos import endure
from Test_py.reliability.money_flows import ALL_FLOWS
from Test_py.support.clock import Clock
from utils.declarations import Loaded

SEEDS = 200
MANY = 10_000
PARTS = 8
"""The seeds are split, so that several processes can share them."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_seed_ends_as_in_calm(part: int, functions: list[Loaded], clock: Clock) -> None:
    handed = sum(endure(functions, clock, seed) for seed in range(part, SEEDS, PARTS))
    assert handed > SEEDS // PARTS, "hardly anything was handed over: the chaos was none"


def test_every_flow_has_its_seeds() -> None:
    assert {seed % len(ALL_FLOWS) for seed in range(SEEDS)} == set(range(len(ALL_FLOWS)))


@pytest.mark.torture
def test_many_more_seeds(functions: list[Loaded], clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(SEEDS, MANY):
        endure(functions, clock, seed)
        capsys.readouterr()
