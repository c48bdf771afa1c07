"""The one seam to payment providers: every call passes :func:`call`, which keeps the circuit.

A fault test has one place to break; a provider that fails again and again is left alone for a while, so that the
queue's workers do not all wait for it.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from pushcart.payments.ports import NoAnswer, Provider
from utils import tracing
from utils.clock import now
from utils.errors import Unavailable
from utils.log import logger

CIRCUIT_FAILURES: Final = 5
"""Calls in a row without an answer after which the circuit opens."""
CIRCUIT_SECONDS: Final = 30
"""How long it stays open; then one call may try."""


class UnknownProvider(LookupError):
    """No provider of that name is configured."""


class _Circuit:
    """How a provider has answered this process of late."""

    failures = 0
    opened_at: datetime | None = None


_circuits: dict[str, _Circuit] = {}
_lock = Lock()


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
    circuit = _circuits.setdefault(name, _Circuit())
    _refuse_open(name, circuit)
    try:
        with tracing.subsegment(f"{name}.{operation}"):
            answer = getattr(provider(name), operation)(**parameters)
    except (NoAnswer, Unavailable) as trouble:
        _note_failure(name, circuit)
        raise NoAnswer(f"{name} did not answer {operation}") from trouble
    circuit.failures, circuit.opened_at = 0, None
    return answer


def close_circuits() -> None:
    """Forget every failure (between tests, and when a provider is known to be back)."""
    _circuits.clear()


def _refuse_open(name: str, circuit: _Circuit) -> None:
    with _lock:
        if circuit.opened_at is None:
            return
        if now() < circuit.opened_at + timedelta(seconds=CIRCUIT_SECONDS):
            raise NoAnswer(f"{name} is left alone after {circuit.failures} calls without an answer")
        # One call tries; the others go on waiting until it tells.
        circuit.opened_at = now()


def _note_failure(name: str, circuit: _Circuit) -> None:
    with _lock:
        circuit.failures += 1
        if circuit.failures >= CIRCUIT_FAILURES:
            circuit.opened_at = now()
            logger.warning("circuit open", extra={"provider": name, "failures": circuit.failures})
