"""The one seam to payment providers: every call passes :func:`call`, which keeps the circuit.

A fault test has one place to break; a provider that fails again and again is left alone for a while, so that the
queue's workers do not all wait for it.
"""

from __future__ import annotations

import os
from typing import Any

from pushcart.payments.ports import NoAnswer, Provider
from utils import tracing
from utils.circuit import Circuit
from utils.errors import Unavailable


class UnknownProvider(LookupError):
    """No provider of that name is configured."""


_circuits: dict[str, Circuit] = {}


def configured() -> tuple[str, ...]:
    """Return the names of the providers that this stage takes, from ``PAYMENT_PROVIDERS``."""
    return tuple(name.strip() for name in os.environ.get("PAYMENT_PROVIDERS", "").split(",") if name.strip())


def provider(name: str) -> Provider:
    """Return the adapter of a configured provider; it is imported on first use, being heavy perhaps.

    Raises
    ------
    UnknownProvider
        When this stage does not take it, or no adapter is known.
    """
    if name in configured() and name == "sandbox":
        from pushcart.payments.sandbox import Sandbox

        return Sandbox()
    if name in configured() and name == "stripe":
        from pushcart.payments.stripe_provider.adapter import Stripe

        return Stripe()
    raise UnknownProvider(name)


def call(name: str, operation: str, **parameters: Any) -> Any:
    """Ask a provider for one operation of its port and return the charge as it tells it.

    Raises
    ------
    NoAnswer
        When it did not answer, or its circuit is open: what became of the charge is unknown.

    Example
    -------
    >>> call("sandbox", "find", key="ord_01JZ…:1")  # doctest: +SKIP
    """
    try:
        with _circuit(name).guarding(), tracing.subsegment(f"{name}.{operation}"):
            return getattr(provider(name), operation)(**parameters)
    except (NoAnswer, Unavailable) as trouble:
        raise NoAnswer(f"{name} did not answer {operation}") from trouble


def _circuit(name: str) -> Circuit:
    return _circuits.setdefault(name, Circuit(name, counts=(NoAnswer, Unavailable)))
