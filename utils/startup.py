"""What makes a cold start short: the collector rests while a function imports, and what was made is frozen after.

Measured at 7 to 11 % of a cold start (performance.md, rule 8). Only inside Lambda: elsewhere many functions load.
"""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Iterable
from typing import Final

IN_LAMBDA: Final = "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def begin() -> None:
    """Switch the collector off; called as the utilities layer is first imported.

    Two settings spare searches that find nothing: for pydantic's plugins among all installed packages, and for where
    this Python was built to look for time zones.
    """
    if IN_LAMBDA:
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo")


def finish(modules: Iterable[str]) -> None:
    """Import a function's heavy modules now rather than on its first request, freeze, and switch the collector on."""
    if IN_LAMBDA:
        for module in modules:
            importlib.import_module(module)
        gc.enable()
        gc.freeze()
