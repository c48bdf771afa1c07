"""What makes a cold start short: the collector rests while a function imports, and what was made is frozen after.

Measured at 7 to 11 % of a cold start (performance.md, rule 8). Only inside Lambda: elsewhere many functions load.
"""

from __future__ import annotations

import gc
import importlib
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from utils.declarations import Function

COLLECT_AFTER: Final = 10_000
"""New objects between two collections, for Python's 700: a request leaves few cycles, and a collection costs it 2 %."""

IN_LAMBDA: Final = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
_CLIENTS: Final = {"ses": "sesv2"}
"""Where botocore calls a service otherwise than IAM does."""
_BY_EVENT_SOURCE: Final = frozenset({"receive", "read_stream"})


def begin() -> None:
    """Switch the collector off; called as the utilities layer is first imported.

    Two settings spare searches that find nothing: for pydantic's plugins among all installed packages, and for where
    this Python was built to look for time zones.
    """
    if IN_LAMBDA:
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo")


def finish(declaration: Function) -> None:
    """Make now what the first request would have to: heavy modules, AWS clients, models. Then freeze it all.

    Lambda initialises with a whole processor, whatever memory the function has. The collector is switched on again
    last, and never looks at what is there by then.
    """
    if not IN_LAMBDA:
        return
    from utils import aws

    for package in declaration.packages:
        for module in package.modules:
            importlib.import_module(module)
    for service in services_called(declaration):
        aws.client(service)
    for model in (getattr(declaration, name, None) for name in ("input", "output", "about")):
        if model is not None:
            model.model_rebuild()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()
    gc.freeze()


def services_called(declaration: Function) -> list[str]:
    """Return botocore's names of the services that a function calls: of its grants, all but the event source's."""
    prefixes = {grant.actions[0].partition(":")[0] for grant in declaration.uses if grant.verb not in _BY_EVENT_SOURCE}
    return sorted(_CLIENTS.get(prefix, prefix) for prefix in prefixes)
