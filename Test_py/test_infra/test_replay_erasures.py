"""After a restore the operator has everybody erased again who was erased since the backup."""

from __future__ import annotations

import pytest

from infra import operator, replay_erasures
from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.client import Api


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every stage be the shop of this test."""
    monkeypatch.setattr(operator, "operator_environment", lambda stage: {})


def test_each_erasure_since_then_is_under_way_again(
    api: Api, cloud: Shop, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = people.customer(api)
    assert api.delete("/api/v1/users/me", token=ada.token).status == 202
    cloud.pumps.drain()
    assert replay_erasures.main(["--stage", "dev", "--since", "2020-01-01"]) == 0
    told = capsys.readouterr().out
    assert f"{ada.id} is erased again" in told
    assert "1 erasures asked for since 2020-01-01T00:00:00.000Z are under way" in told


def test_nobody_since_is_said_too(cloud: Shop, here: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_erasures.main(["--stage", "dev", "--since", "2026-01-01T00:00:00+01:00"]) == 0
    assert "0 erasures asked for since 2025-12-31T23:00:00.000Z" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["yesterday", ""])
def test_a_moment_that_is_none_is_refused(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        replay_erasures.main(["--stage", "dev", "--since", since])
    assert "--since" in capsys.readouterr().err


def test_a_stage_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_erasures.main(["--stage", "production", "--since", "2026-01-01"]) == 1
    assert "choose one of dev, staging, prod, local" in capsys.readouterr().err
