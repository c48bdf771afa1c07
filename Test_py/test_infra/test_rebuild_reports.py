"""The operator's command that makes the reports anew."""

from __future__ import annotations

import pytest

from infra import operator, rebuild_reports
from pushcart.reports import repository
from pushcart.reports.models import FIRST
from Test_py.support.reporting import confirmed, deliver


@pytest.fixture
def stage(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage is the tests' own: what the command reads of a real one is not here."""
    monkeypatch.setattr(operator, "operator_environment", lambda stage: {})


def test_it_makes_them_anew_and_says_which_are_shown(stage: None, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(confirmed(("MUG-1", 1, 100)))
    assert rebuild_reports.main(["--stage", "dev", "--since", "2026-11-01"]) == 0
    shown = repository.generations().current
    assert shown != FIRST
    assert f"the reports are those of generation {shown}" in capsys.readouterr().out


def test_a_stage_that_is_none_is_an_error_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild_reports.main(["--stage", "nowhere"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_refused(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        rebuild_reports.main(["--stage", "dev", "--since", since])
    assert "since" in capsys.readouterr().err
