"""The sandbox provider's own desk: where somebody plays the bank, and lets a payment that waits succeed or fail.

The console shows it. ``python -m infra.local.sandbox_desk KEY captured|failed API_URL`` does the same to a shop that is
deployed on an emulator, for whoever has its operator's environment.
"""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from infra.local.clients import client

OUTCOMES: Final = ("captured", "failed")
WAITING: Final = frozenset({"processing", "requires_action", "authorized"})

Send = Callable[[str, dict[str, str], bytes], int]
"""Posts a body with headers to a path of the shop, and returns the status of its answer."""


class UnknownCharge(LookupError):
    """The sandbox has no charge of that key."""


def waiting() -> list[dict[str, Any]]:
    """Return the charges that wait for the bank, the buyer or the shop: key, status, amount and currency."""
    from pushcart.payments.ledger import SandboxCharge
    from utils.ephemeral import ephemeral

    pages = client("dynamodb").get_paginator("scan").paginate(TableName=ephemeral.physical_name)
    raw = [one for page in pages for one in page["Items"] if one["pk"]["S"].startswith("SANDBOX#")]
    charges = [SandboxCharge.from_raw_data(one) for one in raw]
    return [
        {"key": one.charge_key, "status": one.status, "amount": int(one.amount), "currency": one.currency}
        for one in sorted(charges, key=lambda charge: str(charge.charge_key))
        if one.status in WAITING
    ]


def settle(key: str, outcome: str, send: Send) -> int:
    """Let a charge end, and send the shop the webhook of it; return the status of the shop's answer.

    Raises
    ------
    UnknownCharge
        When there is no such charge.
    ValueError
        When ``outcome`` is none.
    """
    from pushcart.payments import ledger, sandbox
    from pushcart.states import PaymentStatus

    if outcome not in OUTCOMES:
        raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}")
    if ledger.read(key) is None:
        raise UnknownCharge(key)
    webhook = sandbox.settle(key, PaymentStatus(outcome))
    return send(webhook.path, webhook.headers, webhook.body)


def over_http(url: str) -> Send:
    """Return how to send to a shop that is known by its address."""

    def send(path: str, headers: Mapping[str, str], body: bytes) -> int:
        request = urllib.request.Request(f"{url}{path}", data=body, headers=dict(headers), method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the emulator's own address
            return int(answer.status)

    return send


def main() -> int:
    """Settle one charge."""
    key, outcome, url = sys.argv[1:]
    settle(key, outcome, over_http(url))
    return 0


if __name__ == "__main__":
    sys.exit(main())
