"""The one seam through which a function's AWS calls go, where tests crash, delay, throttle and count.

Only calls made inside a function count: what the pumps and the tests ask of the cloud by themselves passes untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import pytest
from botocore.client import BaseClient

from infra.local.lambda_context import FunctionError, invoke
from utils.declarations import Loaded

Proceed = Callable[[], Any]

_inside: ContextVar[bool] = ContextVar("inside a function", default=False)


class Crash(BaseException):
    """The process ends here."""


class Fault(Protocol):
    """Stands at the seam: calls ``proceed`` or does not, and returns its answer or raises."""

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any: ...


def call(loaded: Loaded, event: dict[str, Any]) -> Any:
    """Invoke a function as the cloud does: a crash of it is a failed invocation, nothing more."""
    token = _inside.set(True)
    try:
        return invoke(loaded, event)
    except Crash as crash:
        raise FunctionError(f"{loaded.declaration.name} crashed {crash}") from None
    finally:
        _inside.reset(token)


@contextmanager
def standing(fault: Fault) -> Iterator[None]:
    """Let ``fault`` stand at the seam for a block."""
    with pytest.MonkeyPatch.context() as patch:
        seam: Any = BaseClient
        real = seam._make_api_call

        def make_api_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            if not _inside.get():
                return real(client, operation, parameters)
            return fault(operation, parameters, lambda: real(client, operation, parameters))

        patch.setattr(seam, "_make_api_call", make_api_call)
        yield
