"""A shop's first days over HTTP, on the emulator: real templates, policies and event sources, paid by the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from infra.operator import operator_environment
from infra.packaging.paths import LAYERS, ROOT
from infra.settings import load_settings
from Test_py.support.shop_story import Payer, tell
from Test_py.support.story import Story
from Test_py.test_infra.deployed import Deployed

pytestmark = pytest.mark.integration

SWEEP_SECONDS = 60


def play_the_bank(deployed: Deployed, charge_key: str) -> None:
    """Let a payment that waits succeed, as an operator of the sandbox would."""
    operator = {**operator_environment("local"), "PYTHONPATH": f"{ROOT}:{LAYERS}"}
    subprocess.run(
        [sys.executable, "-m", "infra.local.sandbox_desk", charge_key, "captured", deployed.anybody.url],
        cwd=ROOT,
        env={**os.environ, **deployed.emulator.client_environment(), **operator},
        check=True,
        capture_output=True,
        timeout=60,
    )


def test_a_shop_opens_sells_ships_and_takes_back(deployed: Deployed) -> None:
    held = load_settings("local").reservation_seconds
    payer = Payer(
        "sandbox",
        good="tok_success",
        bad="tok_declined",
        needs_action="tok_requires_action",
        complete=lambda order: play_the_bank(deployed, f"{order['id']}:1"),
        expire=lambda: time.sleep(held + SWEEP_SECONDS),
    )
    story = Story(deployed.anybody.url, lambda: [json.dumps(mail) for mail in deployed.mails()])
    chapters = tell(story, payer, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9
