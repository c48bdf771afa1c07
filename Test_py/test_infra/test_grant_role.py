"""The first admin of a deployed shop is made by its operator."""

from __future__ import annotations

import pytest

from infra import grant_role, operator
from infra.operator import operator_environment
from Test_py.support.client import Api

EMAIL = "ada@example.com"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every stage be the shop of this test."""
    monkeypatch.setattr(operator, "operator_environment", lambda stage: {})


@pytest.fixture
def account(api: Api, here: None) -> str:
    """An account like any other."""
    body = {"email": EMAIL, "password": "correct horse battery", "name": "Ada"}
    assert api.post("/api/v1/auth/register", json=body, key="k-1").status == 202
    return EMAIL


def test_an_account_becomes_admin(account: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert grant_role.main(["--stage", "dev", account, "admin"]) == 0
    assert "is now: admin" in capsys.readouterr().out


def test_an_account_that_is_not_there_is_one_line(
    cloud: object, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grant_role.main(["--stage", "dev", "nobody@example.com", "admin"]) == 1
    assert capsys.readouterr().err == "dev has no account nobody@example.com: register it by the API first\n"


def test_a_role_that_is_none_is_refused(account: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert grant_role.main(["--stage", "dev", account, "king"]) == 1
    assert "king" in capsys.readouterr().err


def test_the_last_admin_stays(account: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert grant_role.main(["--stage", "dev", account, "admin"]) == 0
    assert grant_role.main(["--stage", "dev", account, "customer"]) == 1
    assert "last admin" in capsys.readouterr().err


def test_a_stage_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert grant_role.main(["--stage", "production", EMAIL, "admin"]) == 1
    assert "choose one of dev, staging, prod, local" in capsys.readouterr().err


def test_an_operator_names_what_the_stacks_make() -> None:
    variables = operator_environment("prod")
    assert variables["TABLE_ACCOUNTS"] == "pushcart-prod-accounts-1"
    assert variables["SECRET_PEPPER_ID"] == "pushcart-prod-pepper"
    assert variables["PUSHCART_STAGE"] == "prod"
