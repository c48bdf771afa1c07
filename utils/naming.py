"""A function's name and context, read off the place of its file."""

from __future__ import annotations

import os


def name_and_context(module: str) -> tuple[str, str]:
    """Split ``functions.orders.place_order``; inside Lambda only the last part is there.

    Example
    -------
    >>> name_and_context("functions.orders.place_order")
    ('place_order', 'orders')
    """
    parts = module.split(".")
    return parts[-1], parts[-2] if len(parts) > 1 else os.environ.get("POWERTOOLS_SERVICE_NAME", "")
