"""A package whose names are loaded on their first use (PEP 562), so that a function imports the rooms that it enters.

A context's ``service`` is many rooms behind one door. Importing all of them for one cost a checkout a tenth of its cold
start (docs/PERFORMANCE.md).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazily(package: str, rooms: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of ``package``, which finds each name in the module that ``rooms`` gives for it.

    Type checkers read the imports themselves, below ``if TYPE_CHECKING``.

    Example
    -------
    ::

        if TYPE_CHECKING:
            from pushcart.carts.service.access import open_cart

        __all__ = ["open_cart"]
        __getattr__ = lazily(__name__, {"access": ("open_cart",)})
    """
    homes = {name: f"{package}.{room}" for room, names in rooms.items() for name in names}

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(homes[name]), name)

    return find
