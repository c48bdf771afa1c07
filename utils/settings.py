"""Settings from the environment: the one way in which a function learns names and figures (requirement E6)."""

from __future__ import annotations

import os


class MissingSetting(RuntimeError):
    """An environment variable that a declared resource needs is not set."""


def setting(name: str) -> str:
    """Return the environment variable ``name``.

    Raises
    ------
    MissingSetting
        When it is absent or empty, with what to do about it.

    Example
    -------
    >>> setting("TABLE_ORDERS")  # doctest: +SKIP
    'pushcart-dev-orders-1'
    """
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"{name} is not set: CDK, `make serve` and the tests set it from the declarations")
    return value


def variable(kind: str, name: str, suffix: str = "") -> str:
    """Return the environment variable that holds a resource's physical name, such as ``QUEUE_PAYMENTS_URL``."""
    return f"{kind}_{name.replace('-', '_')}{suffix}".upper()
