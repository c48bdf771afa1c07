"""Fixtures of the tests of accounts."""

from __future__ import annotations

import pytest

from pushcart.accounts import passwords
from Test_py.support.accounts import CountingHasher


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    """argon2 with a counter, in the place of argon2."""
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_hashers", [counting])
    return counting
