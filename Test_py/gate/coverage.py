"""Requirement Q2: how much of the code the tests have run, for business logic and over all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BUSINESS: Final = ("functions/", "layers/pushcart/", "utils/")
ALL: Final = (*BUSINESS, "infra/")
LEAST_BUSINESS: Final = 90.0
LEAST_ALL: Final = 85.0


@dataclass(frozen=True, slots=True)
class Share:
    """Lines that ran, of lines that could."""

    covered: int
    statements: int

    @property
    def percent(self) -> float:
        """In percent; nothing to cover counts as nothing covered, so that an empty measurement cannot pass."""
        return 100 * self.covered / self.statements if self.statements else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The two figures that the gate asks for."""

    business: Share
    overall: Share

    @classmethod
    def read(cls, report: Path) -> Coverage:
        """Read what ``coverage json`` wrote."""
        files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
        return cls(_share(files, BUSINESS), _share(files, ALL))

    def shortfalls(self) -> list[str]:
        """Return one line for each figure that is too low."""
        return [
            f"coverage of {name} is {share.percent:.1f} %, and {least:.0f} % is the least"
            for name, share, least in (
                ("business logic", self.business, LEAST_BUSINESS),
                ("everything", self.overall, LEAST_ALL),
            )
            if share.percent < least
        ]

    def __str__(self) -> str:
        business = f"business logic {self.business.percent:.1f} % (≥ {LEAST_BUSINESS:.0f})"
        return f"{business}, all {self.overall.percent:.1f} % (≥ {LEAST_ALL:.0f})"


def _share(files: Mapping[str, Any], prefixes: Iterable[str]) -> Share:
    wanted = tuple(prefixes)
    summaries = [file["summary"] for path, file in files.items() if path.replace("\\", "/").startswith(wanted)]
    covered = sum(summary["covered_lines"] for summary in summaries)
    return Share(covered, sum(summary["num_statements"] for summary in summaries))
