"""TestFirstEnforcement: what it lets pass, what it blocks and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushcart import queues, tables
from pushcart.access import ANYONE
from Test_py.gate.enforcement import IntegrationBlocked, Outcome, TestFirstEnforcement, endpoint, test_of
from Test_py.gate.ledger import Ledger
from Test_py.test_house.repositories import FUNCTION, TEST, Repository
from utils.declarations import Authorizer, Declaration, QueueWorker, Route, Scheduled, StreamWorker

PLACE_ORDER = Route(
    name="place_order", context="orders", summary="Order", method="POST", path="/api/v1/orders", access=ANYONE
)
KINDS: dict[str, Declaration] = {
    "POST /api/v1/orders": PLACE_ORDER,
    "queue payments": QueueWorker(name="on_payment_due", context="payments", summary="Pay", queue=queues.payments),
    "stream events": StreamWorker(name="relay", context="outbox", summary="Relay", table=tables.events),
    "schedule sweep": Scheduled(name="sweep", context="orders", summary="Sweep", every_minutes=5),
    "authorizer authorize": Authorizer(name="authorize", context="accounts", summary="Who calls"),
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path / "shop")


def judge(top: Path) -> list[str]:
    return TestFirstEnforcement(top).validate_test_first_sequence([PLACE_ORDER])


def ledger(top: Path, *results: str) -> None:
    for result in results:
        Ledger(top / "Test_py" / "ledger.ndjson").record(FUNCTION, top / TEST, top, result)  # type: ignore[arg-type]


def test_a_test_that_came_first_passes(repository: Repository) -> None:
    repository.commit(TEST)
    repository.commit(FUNCTION)
    assert judge(repository.top) == []


def test_a_function_without_its_own_test_is_blocked(repository: Repository) -> None:
    repository.commit(FUNCTION, "Test_py/test_routes/orders/test_other.py")
    assert judge(repository.top) == [f"{FUNCTION} has no test of its own: {TEST} is missing"]


def test_a_test_that_came_later_is_blocked(repository: Repository) -> None:
    repository.commit(FUNCTION)
    repository.commit(TEST)
    assert judge(repository.top) == [f"{TEST} came after {FUNCTION}: show by `make red FN={FUNCTION}` that it can fail"]


def test_what_make_red_is_for_is_listed(repository: Repository) -> None:
    repository.commit(FUNCTION)
    enforcement = TestFirstEnforcement(repository.top)
    assert enforcement.unproven([PLACE_ORDER]) == []
    repository.write(TEST)
    assert enforcement.unproven([PLACE_ORDER]) == [FUNCTION]
    ledger(repository.top, "red", "green")
    assert enforcement.unproven([PLACE_ORDER]) == []


def test_what_is_not_committed_shows_nothing(repository: Repository) -> None:
    repository.write(FUNCTION, TEST)
    assert "nothing shows" in judge(repository.top)[0]


@pytest.mark.parametrize(
    ("results", "blocked"),
    [
        (["red", "green"], False),
        (["green", "red", "green"], False),
        (["red", "green", "red"], False),
        (["red"], True),
        (["green"], True),
        (["green", "red"], True),
    ],
)
def test_a_ledger_of_red_then_green_runs_makes_good(repository: Repository, results: list[str], blocked: bool) -> None:
    repository.commit(FUNCTION)
    repository.commit(TEST)
    ledger(repository.top, *results)
    assert bool(judge(repository.top)) is blocked


def test_another_functions_ledger_shows_nothing(repository: Repository) -> None:
    repository.commit(FUNCTION)
    repository.commit(TEST)
    other = Ledger(repository.top / "Test_py" / "ledger.ndjson")
    other.record("functions/orders/get_order.py", repository.top / TEST, repository.top, "red")
    other.record("functions/orders/get_order.py", repository.top / TEST, repository.top, "green")
    assert judge(repository.top)


def test_an_unpacked_archive_is_asked_for_the_test_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    archive = Repository(tmp_path)
    archive.write(FUNCTION)
    assert judge(tmp_path)
    archive.write(TEST)
    assert judge(tmp_path) == []


def test_failures_block_integration() -> None:
    with pytest.raises(IntegrationBlocked, match="2 of 10 tests failed") as blocked:
        TestFirstEnforcement().block_integration_on_failures(Outcome(passed=8, failed=2), ["coverage is low"])
    assert blocked.value.reasons == ("2 of 10 tests failed", "coverage is low")


@pytest.mark.parametrize("outcome", [Outcome(), Outcome(skipped=3)])
def test_no_passing_test_blocks_integration(outcome: Outcome) -> None:
    with pytest.raises(IntegrationBlocked, match="no test passed"):
        TestFirstEnforcement().block_integration_on_failures(outcome)


def test_any_other_reason_blocks_integration() -> None:
    with pytest.raises(IntegrationBlocked, match="coverage is low"):
        TestFirstEnforcement().block_integration_on_failures(Outcome(passed=1), ["coverage is low"])


def test_nothing_wrong_blocks_nothing() -> None:
    TestFirstEnforcement().block_integration_on_failures(Outcome(passed=1, skipped=1))


def test_each_success_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    TestFirstEnforcement().log_test_success(PLACE_ORDER, Outcome(passed=12))
    assert capsys.readouterr().out == "✓ Endpoint [POST /api/v1/orders] validated with [12] tests\n"


@pytest.mark.parametrize("outcome", [Outcome(), Outcome(skipped=1), Outcome(passed=11, failed=1)])
def test_only_success_is_logged(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    assert TestFirstEnforcement().log_test_success(PLACE_ORDER, outcome) is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_function_has_a_name_for_people(name: str) -> None:
    assert endpoint(KINDS[name]) == name


def test_where_a_functions_test_is() -> None:
    assert test_of(PLACE_ORDER) == TEST
