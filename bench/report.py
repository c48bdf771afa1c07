"""Prints a run as ratios against the budgets.

A ratio is the median of the rounds' own ratios: what slows a whole round down (another program, a hot processor) slows
all contestants of that round.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Final

from bench.lanes import Samples
from bench.trees import Contestant

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """One row: what is measured, and what it may be at most: now, and once botocore is off the path."""

    title: str
    route: str
    kind: str
    unit: str
    floor: float
    floor_then: float
    peer: float | None = None
    peer_then: float | None = None


BUDGETS: Final = (
    Budget("cold GET", "get", "cpu_ms", "CPU ms", 1.15, 0.65, 0.52, 0.30),
    Budget("cold POST", "post", "cpu_ms", "CPU ms", 1.15, 0.65, 0.52, 0.30),
    Budget("warm GET", "get", "cpu_us", "CPU µs", 1.3, 0.30),
    Budget("warm POST", "post", "cpu_us", "CPU µs", 1.4, 0.60),
    Budget("memory GET", "get", "memory_mb", "MB", 1.15, 0.80),
    Budget("memory POST", "post", "memory_mb", "MB", 1.15, 0.80),
)
LAYER_MB, LAYER_MB_THEN = 6.0, 3.0
HEADINGS: Final = ("", "floor", "FastAPI", "Pushcart", "", "to floor", "budget", "then", "to FastAPI", "budget", "then")
WIDTHS: Final = (12, 8, 8, 9, 7, 20, 7, 5, 20, 7, 5)


def table(cold: Samples, warm: Samples) -> list[str]:
    """Return the lines of the table."""
    lines = [_line(HEADINGS), _line(["-" * width for width in WIDTHS])]
    return lines + [_line(_cells(budget, warm if budget.kind == "cpu_us" else cold)) for budget in BUDGETS]


def _cells(budget: Budget, samples: Samples) -> list[str]:
    values = {
        name: [sample[budget.kind] for sample in samples[budget.route, name]] for name in ("floor", "peer", "ours")
    }
    digits = 1 if budget.unit == "MB" else 0
    medians = [f"{statistics.median(values[name]):.{digits}f}" for name in ("floor", "peer", "ours")]
    to_floor = _ratio(values["ours"], values["floor"], budget.floor)
    to_peer = _ratio(values["ours"], values["peer"], budget.peer)
    return [
        budget.title, *medians, budget.unit,
        to_floor, f"{budget.floor:.2f}", f"{budget.floor_then:.2f}",
        to_peer, f"{budget.peer:.2f}" if budget.peer else "", f"{budget.peer_then:.2f}" if budget.peer_then else "",
    ]  # fmt: skip


def _ratio(ours: list[float], theirs: list[float], budget: float | None) -> str:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    verdict = "" if budget is None else " ok" if round(middle, 2) <= budget else " OVER"
    return f"{middle:.2f} ({low:.2f}-{high:.2f}){verdict}"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "  ".join(
        cell.ljust(width) if place in {0, 4, 5, 8} else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()


def sizes(contestants: list[Contestant]) -> list[str]:
    """Return the lines about zips."""
    lines = [f"zip, {one.name}: {one.zip_bytes / MEGABYTE:.1f} MB" for one in contestants]
    layer = next(one for one in contestants if one.name == "ours").layer_bytes / MEGABYTE
    verdict = "ok" if layer <= LAYER_MB else "OVER"
    return [
        *lines,
        f"dependency layer: {layer:.1f} MB {verdict} (budget {LAYER_MB:.0f} MB, then {LAYER_MB_THEN:.0f} MB)",
    ]
