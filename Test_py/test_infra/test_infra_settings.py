"""config/settings.yaml is checked before anything is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from infra.settings import LOCAL, SETTINGS_FILE, StageSettings, UnknownStage, load_settings, stage_names

ACME = {"name": "acme", "issuer": "https://id.acme.example", "client_id": "pushcart"}


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
        ("storefront_url", "http://shop.example.com"),
        ("storefront_url", "shop.example.com"),
        ("storefront_url", "https://"),
        ("storefront_url", "https://shop.example.com/"),
        ("storefront_url", "https://shop.example.com?to=x"),
        ("storefront_url", "https://shop.example.com#top"),
        ("storefront_url", "https://ada:secret@shop.example.com"),
        ("storefront_url", "https://shop.example.com/a\nb"),
        ("oidc_providers", [ACME | {"issuer": "http://id.acme.example"}]),
        ("oidc_providers", [ACME | {"issuer": "https://id.acme.example?tenant=1"}]),
        ("oidc_providers", [ACME | {"name": "Acme Inc"}]),
        ("oidc_providers", [ACME | {"client_id": ""}]),
        ("oidc_providers", [ACME | {"client_secret": "x"}]),
        ("oidc_providers", [ACME, ACME]),
        ("oidc_providers", [{"name": "acme"}]),
        ("writes_per_minute", 0),
        ("sign_in_failures_overall", 9),
        ("signing_key_days", 0),
        ("viewer_location", "header"),
    ],
)
def test_a_value_out_of_its_range_is_refused(content: dict[str, Any], tmp_path: Path, key: str, value: object) -> None:
    content["stages"]["dev"][key] = value
    with pytest.raises(ValidationError):
        load_settings("dev", file=write(content, tmp_path))


@pytest.mark.parametrize(
    "issuer", ["https://id.acme.example", "https://acme.example/tenants/1/", "https://a.example:8443"]
)
def test_an_issuer_is_kept_to_the_letter(content: dict[str, Any], tmp_path: Path, issuer: str) -> None:
    content["stages"]["prod"]["oidc_providers"] = [ACME | {"issuer": issuer}]
    [provider] = load_settings("prod", file=write(content, tmp_path)).oidc_providers
    assert provider.issuer == issuer


def test_on_the_emulator_addresses_may_be_of_this_machine(
    content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIDC_PROVIDERS", raising=False)
    content["stages"]["local"]["oidc_providers"] = [ACME | {"issuer": "http://127.0.0.1:9000"}]
    settings = load_settings("local", file=write(content, tmp_path))
    assert settings.storefront_url == "http://127.0.0.1:8000/_console/storefront"
    assert settings.oidc_providers[0].issuer == "http://127.0.0.1:9000"


def test_a_person_chooses_providers_for_the_emulator_and_for_no_other_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ACME | {"issuer": "http://127.0.0.1:9000"}
    monkeypatch.setenv("OIDC_PROVIDERS", json.dumps([chosen]))
    assert [provider.issuer for provider in load_settings("local").oidc_providers] == [chosen["issuer"]]
    assert load_settings("prod").oidc_providers == ()


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_on_aws_nothing_is_left_out(stage: str) -> None:
    assert set(load_settings(stage).features.model_dump().values()) == {True}


def test_a_sandbox_takes_no_orders_in_prod() -> None:
    assert "sandbox" not in load_settings("prod").payment_providers


def test_stripe_is_stripe_in_every_stage_unless_somebody_plays_its_part_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {load_settings(stage).stripe_api_base for stage in stage_names()} == {None}
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:8420")
    monkeypatch.setenv("PAYMENT_PROVIDERS", "sandbox, stripe")
    here = load_settings(LOCAL)
    assert (here.stripe_api_base, here.payment_providers) == ("http://127.0.0.1:8420", ("sandbox", "stripe"))
    assert load_settings("prod").stripe_api_base is None, "what a person chose for this machine stays on it"


@pytest.mark.parametrize("stage", ["dev", "prod"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:8420", "https://localhost", "https://api.stripe.com"])
def test_no_stage_on_aws_has_another_stripe(stage: str, url: str) -> None:
    with pytest.raises(ValidationError, match="stripe_api_base"):
        StageSettings.model_validate({**load_settings(stage).model_dump(), "stripe_api_base": url})


@pytest.mark.parametrize(
    "url", ["http://192.0.2.7", "https://stripe.example.com", "http://me@127.0.0.1", "ftp://localhost"]
)
def test_a_stand_in_for_stripe_is_on_this_machine(url: str) -> None:
    with pytest.raises(ValidationError, match="stripe_api_base"):
        StageSettings.model_validate({**load_settings(LOCAL).model_dump(), "stripe_api_base": url})
