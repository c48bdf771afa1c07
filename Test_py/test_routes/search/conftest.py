"""A manager, and a shop whose goods the search knows."""

from __future__ import annotations

import pytest

from Test_py.support.shopkeeping import session


@pytest.fixture
def manager(aws: None) -> str:
    return session("manager")
