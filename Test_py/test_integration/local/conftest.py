"""Fixtures of the laptop cloud's own tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from infra.local import moto_backend
from infra.local.provision import provision
from Test_py.support.accounts import forget_what_is_kept
from Test_py.test_integration.local.fakes import RESOURCES


@pytest.fixture
def aws() -> Iterator[dict[str, str]]:
    """Empty moto with the made-up shop's resources; yields the environment that provisioning made."""
    moto_backend.start()
    moto_backend.reset()
    forget_what_is_kept()
    with patch.dict(os.environ):
        yield provision(RESOURCES)
    moto_backend.reset()


@pytest.fixture
def process() -> Iterator[None]:
    """Give the process its environment, signals and logging back."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with patch.dict(os.environ), patch.object(sys, "dont_write_bytecode", new=True):
        yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
