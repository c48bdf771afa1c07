"""Synthesised templates, made once for all tests of the stacks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

os.environ |= {
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
}

from infra.settings import StageSettings, load_settings
from infra.shop import Shop
from infra.shop_app import build_app
from Test_py.test_infra.small_shop import small_shop
from Test_py.test_infra.templates import Assembly

Synthesise = Callable[[Shop | None, StageSettings], Assembly]


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """Synthesise a shop (``None``: the declared one) for a stage. cdk-nag runs with it: a finding is an error."""

    def run(shop: Shop | None, settings: StageSettings) -> Assembly:
        folder = tmp_path_factory.mktemp("cdk")
        app = build_app(settings, shop=shop, report=lambda line: None, outdir=str(folder))
        return Assembly.read(app.synth(), folder)

    return run


@pytest.fixture(scope="session")
def small_prod(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The small shop as prod would have it, with mail for alarms and a budget."""
    changed: dict[str, Any] = {
        "alarm_email": "ops@example.com",
        "monthly_budget_usd": 20,
        "cors_origins": ("https://shop.example.com",),
    }
    settings = load_settings("prod").model_copy(update=changed)
    return synthesise(small_shop(tmp_path_factory.mktemp("small")), settings)


@pytest.fixture(scope="session")
def small_dev(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The small shop as dev has it."""
    return synthesise(small_shop(tmp_path_factory.mktemp("small")), load_settings("dev"))


@pytest.fixture(scope="session")
def declared_prod(synthesise: Synthesise) -> Assembly:
    """The declared shop as prod has it."""
    return synthesise(None, load_settings("prod"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for a small shop's sources."""
    return tmp_path
