"""The rows of docs/security: one requirement or attack each, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["met", "not applicable", "not met"]

LEAST_REASON: Final = 40
"""Characters: a shorter reason gives none."""


class Row(BaseModel):
    """One requirement and how it is met, why it does not apply, or what is missing.

    ``evidence`` holds tests, as paths below ``Test_py`` and the names of functions in them (``path::name``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    level: int | None = None
    what: str = Field(min_length=10)
    verdict: Verdict
    evidence: tuple[str, ...] = ()
    reason: str = ""


class Chapter(BaseModel):
    """A chapter of a standard, with a row for each of its requirements."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chapter: str
    name: str
    rows: tuple[Row, ...]


class Attack(BaseModel):
    """A kind of attack, the figure that the shop has to reach against it, and the tests that measure that."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attack: str
    figure: str
    evidence: tuple[str, ...] = ()
    reason: str = ""


class Share(NamedTuple):
    """How many of the requirements that apply are met."""

    met: int
    applies: int
    aside: int

    @property
    def percent(self) -> float:
        """The share of what applies that is met."""
        return 100 * self.met / self.applies if self.applies else 100.0


def chapters(folder: Path) -> list[Chapter]:
    """Read the chapters of a standard, a file each, in the order of their names.

    Raises
    ------
    pydantic.ValidationError
        When a file holds something else.
    """
    return [chapter(path) for path in sorted(folder.glob("*.yaml"))]


def chapter(path: Path) -> Chapter:
    """Read one file of rows."""
    return Chapter.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def attacks(path: Path) -> list[Attack]:
    """Read the table of attacks."""
    return [Attack.model_validate(one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]


def share(rows: Iterable[Row], level: int | None = None) -> Share:
    """Count the rows of a level, or all.

    Example
    -------
    >>> share([Row(id="V1.1.1", level=2, what="Decoded once only", verdict="met")], 2)
    Share(met=1, applies=1, aside=0)
    """
    verdicts = [row.verdict for row in rows if level is None or row.level == level]
    aside = verdicts.count("not applicable")
    return Share(met=verdicts.count("met"), applies=len(verdicts) - aside, aside=aside)


def is_founded(row: Row) -> bool:
    """Whether a row rests on something: a test where it is met, or else words that say why."""
    return len(row.reason) >= LEAST_REASON or (row.verdict == "met" and bool(row.evidence))
