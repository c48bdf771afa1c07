"""Fixtures of the tests of pricing."""

from __future__ import annotations

import pytest

from Test_py.support.shopkeeping import session


@pytest.fixture
def manager(aws: None) -> str:
    """The access token of somebody who may write."""
    return session("manager")
