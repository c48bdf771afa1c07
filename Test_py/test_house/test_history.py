"""Which of two files came first, by git's history."""

from __future__ import annotations

from pathlib import Path

import pytest

from Test_py.gate.history import History
from Test_py.test_house.repositories import FUNCTION, TEST, Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path / "shop")


def order(top: Path) -> str:
    return History.read(top).order(TEST, FUNCTION)


def test_a_test_before_its_function(repository: Repository) -> None:
    repository.commit(TEST)
    repository.commit(FUNCTION)
    assert order(repository.top) == "not later"


def test_a_function_before_its_test(repository: Repository) -> None:
    repository.commit(FUNCTION)
    repository.commit(TEST)
    assert order(repository.top) == "later"


def test_both_in_one_commit(repository: Repository) -> None:
    repository.commit(TEST, FUNCTION)
    assert order(repository.top) == "not later"


def test_only_the_test_is_committed(repository: Repository) -> None:
    repository.commit(TEST)
    repository.write(FUNCTION)
    assert order(repository.top) == "not later"


def test_only_the_function_is_committed(repository: Repository) -> None:
    repository.commit(FUNCTION)
    repository.write(TEST)
    assert order(repository.top) == "later"


def test_nothing_is_committed(repository: Repository) -> None:
    repository.write(FUNCTION, TEST)
    assert order(repository.top) == "unknown"


def test_later_changes_to_either_do_not_matter(repository: Repository) -> None:
    repository.commit(TEST)
    repository.commit(FUNCTION)
    repository.commit(TEST, text="assert True\n")
    assert order(repository.top) == "not later"


def test_a_function_that_was_taken_back_may_come_again_after_its_test(repository: Repository) -> None:
    repository.commit(FUNCTION)
    repository.git("rm", "--quiet", FUNCTION)
    repository.git("commit", "--quiet", "--message", "Take it back")
    repository.commit(TEST)
    repository.commit(FUNCTION)
    assert order(repository.top) == "not later"


@pytest.mark.parametrize("first", [TEST, FUNCTION])
def test_branches_that_never_saw_each_other(repository: Repository, first: str) -> None:
    second = FUNCTION if first == TEST else TEST
    repository.git("switch", "--quiet", "--create", "aside")
    repository.commit(first)
    repository.git("switch", "--quiet", "main")
    repository.commit(second)
    repository.git("merge", "--quiet", "--no-edit", "aside")
    assert order(repository.top) == "not later"


def test_a_shallow_clone_holds_nothing_against_anyone(repository: Repository, tmp_path: Path) -> None:
    repository.commit(FUNCTION)
    repository.commit(TEST)
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.top}", str(tmp_path / "shallow"))
    assert order(tmp_path / "shallow") == "not later"


def test_a_squash_holds_nothing_against_anyone(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "work")
    repository.commit(FUNCTION)
    repository.commit(TEST)
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--squash", "work")
    repository.git("commit", "--quiet", "--message", "Place orders")
    assert order(repository.top) == "not later"


def test_without_a_repository_there_is_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    history = History.read(tmp_path)
    assert not history.exists
    assert history.order(TEST, FUNCTION) == "unknown"


def test_without_git_there_is_no_history(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not History.read(repository.top).exists
