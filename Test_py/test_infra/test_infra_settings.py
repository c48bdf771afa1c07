"""config/settings.yaml is checked before anything is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from infra.settings import SETTINGS_FILE, UnknownStage, load_settings, stage_names


@pytest.fixture
def content() -> dict[str, Any]:
    """The real file, to be changed."""
    loaded: dict[str, Any] = yaml.safe_load(SETTINGS_FILE.read_text(encoding="utf-8"))
    return loaded


def write(content: dict[str, Any], folder: Path) -> Path:
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def test_the_stages_are_those_of_the_design() -> None:
    assert stage_names() == ("dev", "staging", "prod", "local")


@pytest.mark.parametrize("stage", stage_names())
def test_every_stage_is_valid(stage: str) -> None:
    assert load_settings(stage).stage == stage


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_outside_dev_data_is_protected_and_recoverable(stage: str) -> None:
    settings = load_settings(stage)
    assert settings.protect
    assert settings.recovery


def test_an_unknown_stage_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownStage, match="dev, staging, prod, local"):
        load_settings("production")


def test_an_unknown_key_is_refused(content: dict[str, Any], tmp_path: Path) -> None:
    content["stages"]["dev"]["log_levle"] = "DEBUG"
    with pytest.raises(ValidationError, match="log_levle"):
        load_settings("dev", file=write(content, tmp_path))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("log_retention_days", 8),
        ("trace_sample_rate", 1.5),
        ("reservation_seconds", 901),
        ("shop_currency", "euro"),
        ("throttle", {"rate": 0, "burst": 1}),
        ("memory_mb", {"place_order": 64}),
        ("cors_origins", ["*"]),
        ("monthly_budget_usd", 10),
    ],
)
def test_a_value_out_of_its_range_is_refused(content: dict[str, Any], tmp_path: Path, key: str, value: object) -> None:
    content["stages"]["dev"][key] = value
    with pytest.raises(ValidationError):
        load_settings("dev", file=write(content, tmp_path))


def test_a_sandbox_takes_no_orders_in_prod() -> None:
    assert "sandbox" not in load_settings("prod").payment_providers
