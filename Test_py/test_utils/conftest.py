"""The lab's routes behind the gateway, with an authorizer that takes the caller's word."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.gateway import Gateway
from Test_py.support.client import Api
from Test_py.test_utils.lab import LAB_ROUTES
from utils.authorizer import authorizer
from utils.clock import now
from utils.declarations import Loaded


@authorizer()
def believe(headers: dict[str, str], *, kept: bool) -> dict[str, Any]:
    """``Bearer <sub> <role>`` is believed; ``Bearer stale`` has expired; all else is refused."""
    words = headers.get("authorization", "").split()
    if words[:2] == ["Bearer", "stale"]:
        return {"sub": "usr_1", "exp": int(now().timestamp()) - 1}
    if words[:2] == ["Bearer", "crash"]:
        raise RuntimeError("no key")
    if len(words) < 3:
        return {"auth_error": "UNAUTHENTICATED"}
    return {"sub": words[1], "roles": " ".join(words[2:]), "scope": "account", "exp": int(now().timestamp()) + 60}


@pytest.fixture
def lab(aws: None) -> Api:
    """A client of the lab."""
    return Api(Gateway([Loaded(handler.declaration, handler) for handler in [*LAB_ROUTES, believe]]))
