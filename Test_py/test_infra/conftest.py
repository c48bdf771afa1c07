"""Synthesised templates, made once for all tests of the stacks."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ |= {
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
}

from infra.local import emulator_deploy, emulator_process
from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from infra.settings import StageSettings, load_settings
from infra.shop import Shop
from infra.shop_app import build_app
from Test_py.support.oidc_provider import CLIENT_ID
from Test_py.test_infra.deployed import Client, Deployed
from Test_py.test_infra.small_shop import small_shop
from Test_py.test_infra.templates import Assembly

PROVIDER = "real"
"""The name of the identity provider that the deployed shop takes the word of."""

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


@pytest.fixture(scope="session")
def issuer() -> str:
    """The address of an identity provider that a test may start: a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Deployed]:
    """Deploy the declared shop onto an emulator of the tests' own, with the demo seed."""
    with pytest.MonkeyPatch.context() as patch:
        home: Path = tmp_path_factory.mktemp("emulator") / "home"
        patch.setattr(emulator_process, "HOME", home)
        patch.setattr(emulator_deploy, "HOME", home)
        patch.setenv("OIDC_PROVIDERS", json.dumps([{"name": PROVIDER, "issuer": issuer, "client_id": CLIENT_ID}]))
        emulator_deploy.require_tools()
        try:
            emulator = emulator_deploy.deploy(emulator_process.start())
            emulator_deploy.seed(emulator)
            anybody = Client(emulator.api_url)
            yield Deployed(emulator, anybody.signed_in(ADMIN, PASSWORD), anybody)
        finally:
            if running := emulator_process.load():
                emulator_process.stop(running)
    assert not home.exists()
