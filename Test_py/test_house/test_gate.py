"""The runner: what it counts, what it decides and what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pushcart.access import ANYONE
from Test_py.gate import results, run
from Test_py.gate.coverage import Coverage, Share
from Test_py.gate.enforcement import Outcome
from Test_py.test_house.repositories import TEST, Repository
from utils.declarations import Declaration, Route

PLACE_ORDER = Route(
    name="place_order", context="orders", summary="Order", method="POST", path="/api/v1/orders", access=ANYONE
)
JUNIT = """<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">
<testcase classname="Test_py.test_routes.orders.test_place_order" name="test_one"/>
<testcase classname="Test_py.test_routes.orders.test_place_order.TestMore" name="test_two[x.y]"/>
<testcase classname="Test_py.test_utils.test_ids" name="test_three"><failure message="no">…</failure></testcase>
<testcase classname="Test_py.test_utils.test_ids" name="test_four"><skipped message="later"/></testcase>
<testcase classname="" name="Test_py.test_utils.test_broken"><error message="collection failure">…</error></testcase>
</testsuite></testsuites>"""


def coverage(business: int, infra: int) -> Coverage:
    return Coverage(Share(business, 100), Share(business + infra, 200))


def test_results_are_counted_by_file(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text(JUNIT)
    found = results.read(report)
    assert found == {
        TEST: Outcome(passed=2),
        "Test_py/test_utils/test_ids.py": Outcome(failed=1, skipped=1),
        "Test_py/test_utils/test_broken.py": Outcome(failed=1),
    }
    assert results.total(found) == Outcome(passed=2, failed=2, skipped=1)


def test_no_report_is_a_failure(tmp_path: Path) -> None:
    assert results.total(results.read(tmp_path / "none.xml")).failed == 1


def test_coverage_is_read_for_business_and_all(tmp_path: Path) -> None:
    def file(covered: int, statements: int) -> dict[str, object]:
        return {"summary": {"covered_lines": covered, "num_statements": statements}}

    report = tmp_path / "coverage.json"
    files = {
        "functions/orders/place_order.py": file(9, 10),
        "layers/pushcart/orders/service.py": file(45, 50),
        "utils/ids.py": file(40, 40),
        "infra/app.py": file(50, 100),
        "Test_py/conftest.py": file(0, 1000),
    }
    report.write_text(json.dumps({"files": files}))
    assert Coverage.read(report) == Coverage(Share(94, 100), Share(144, 200))


@pytest.mark.parametrize(
    ("business", "infra", "named"),
    [(90, 80, []), (89, 90, ["business logic"]), (90, 79, ["everything"]), (0, 0, ["business logic", "everything"])],
)
def test_the_least_coverage(business: int, infra: int, named: list[str]) -> None:
    shortfalls = coverage(business, infra).shortfalls()
    assert [line.removeprefix("coverage of ").split(" is ")[0] for line in shortfalls] == named


def test_nothing_to_cover_is_not_covered() -> None:
    assert Share(0, 0).percent == 0


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Plays the runner in a small repository: the parts' outcomes and the coverage are given, the decision is real."""
    repository = Repository.make(tmp_path / "shop")
    repository.commit(TEST)
    repository.commit("functions/orders/place_order.py")

    def play(
        *arguments: str,
        unit: dict[str, Outcome],
        integration: dict[str, Outcome] | None = None,
        measured: Coverage | None = None,
        declared: tuple[Declaration, ...] = (PLACE_ORDER,),
        crashed: bool = False,
    ) -> int:
        def pytest_(name: str, options: list[str]) -> run.Part:
            return run.Part(name, (unit if name == "unit" else integration) or {}, 1.0, crashed)

        monkeypatch.setattr(run, "TOP", repository.top)
        monkeypatch.setattr(run, "REPORTS", tmp_path / "reports")
        monkeypatch.setattr(run, "_pytest", pytest_)
        monkeypatch.setattr(run, "_coverage", lambda: measured)
        monkeypatch.setattr(run, "declared", lambda: list(declared))
        return run.main(arguments)

    return play


GOOD = {TEST: Outcome(passed=12)}
WELL_COVERED = coverage(95, 95)


def test_the_gate_opens(played: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert played(unit=GOOD, integration={"x.py": Outcome(passed=3, skipped=1)}, measured=WELL_COVERED) == 0
    said = capsys.readouterr().out
    assert "✓ Endpoint [POST /api/v1/orders] validated with [12] tests" in said
    assert "Tests: 16 ran: 15 passed, 0 failed, 1 skipped" in said
    assert "business logic 95.0 %" in said
    assert "Gate: open" in said
    assert said.splitlines()[-1].strip("=").startswith(" 15 passed, 1 skipped in ")


def test_failing_unit_tests_close_the_gate_and_spare_the_integration_part(
    played: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    unit = {TEST: Outcome(passed=11, failed=1)}
    assert played(unit=unit, integration={"x.py": Outcome(passed=100)}, measured=WELL_COVERED) == 1
    said = capsys.readouterr().out
    assert "integration part is not run" in said
    assert "IntegrationBlocked" in said
    assert "1 of 12 tests failed" in said
    assert "✓" not in said


def test_failing_integration_tests_close_the_gate(played: Callable[..., int]) -> None:
    assert played(unit=GOOD, integration={"x.py": Outcome(failed=1)}, measured=WELL_COVERED) == 1


@pytest.mark.parametrize("measured", [None, coverage(89, 99), coverage(90, 79)])
def test_coverage_closes_the_gate(played: Callable[..., int], measured: Coverage | None) -> None:
    assert played(unit=GOOD, measured=measured) == 1


def test_the_unit_part_alone_is_not_asked_for_infra(played: Callable[..., int]) -> None:
    assert played("--unit", unit=GOOD, measured=coverage(95, 10)) == 0
    assert played("--unit", unit=GOOD, measured=coverage(85, 99)) == 1


def test_an_endpoint_whose_file_tests_nothing_closes_the_gate(
    played: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert played(unit={"Test_py/test_utils/test_ids.py": Outcome(passed=5)}, measured=WELL_COVERED) == 1
    assert f"{TEST} shows nothing" in capsys.readouterr().out


def test_a_function_without_a_test_closes_the_gate(
    played: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    other = Route(name="get_order", context="orders", summary="x", method="GET", path="/o", access=ANYONE)
    assert played(unit=GOOD, measured=WELL_COVERED, declared=(PLACE_ORDER, other)) == 1
    assert "functions/orders/get_order.py has no test of its own" in capsys.readouterr().out


def test_a_run_that_breaks_off_closes_the_gate(played: Callable[..., int]) -> None:
    assert played(unit=GOOD, measured=WELL_COVERED, crashed=True) == 1


def test_no_tests_close_the_gate(played: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert played(unit={}, measured=WELL_COVERED, declared=()) == 1
    assert "no tests ran" in capsys.readouterr().out.splitlines()[-1]
