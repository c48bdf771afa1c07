"""Runs localstripe (PyPI) on this machine: ``python -m Test_py.support.localstripe_server PORT``.

It listens on loopback alone and keeps nothing on disk. Where it speaks an older version of Stripe's API than the one
that we pin, it is taught the newer one's words; what it does not know of idempotency keys is left as it is, so that
whatever charges or refunds twice is seen to.
"""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web
from localstripe import resources

HOST = "127.0.0.1"
CONFIRM = "/v1/payment_intents/{id}/confirm"


def teach() -> None:
    """Replace what differs from the pinned version of the API."""
    resources.Store.dump_to_disk = lambda _: None
    resources.Charge.amount_captured = property(_captured)
    resources.Charge._capture = _capture
    resources.PaymentIntent.amount_received = property(_received)
    resources.extra_apis[:] = [
        (method, url, _confirm if url == CONFIRM else function) for method, url, function in resources.extra_apis
    ]


_capture_as_it_is = resources.Charge._capture


def _confirm(id: str, return_url: str | None = None, **asked: Any) -> Any:  # noqa: A002 - its own name
    """Take ``return_url``, and send the payer to an address where Stripe's script would act otherwise."""
    intent = resources.PaymentIntent._api_confirm(id, **asked)
    if intent.next_action and return_url:
        where = {"url": f"https://hooks.stripe.test/{id}", "return_url": return_url}
        intent.next_action = {"type": "redirect_to_url", "redirect_to_url": where}
    return intent


def _capture(charge: Any, amount: Any, on_success: Any = None) -> None:
    """Capture a part without a refund of the rest (API 2025-03-31)."""
    _capture_as_it_is(charge, charge.amount, on_success)
    charge._part = resources.try_convert_to_int(amount)


def _captured(charge: Any) -> int:
    if not charge.captured or charge.status != "succeeded":
        return 0
    return int(getattr(charge, "_part", None) or charge.amount)


def _received(intent: Any) -> int:
    return _captured(intent.latest_charge) if intent.latest_charge else 0


if __name__ == "__main__":
    teach()
    # Its routes are made of what there is when it is imported.
    from localstripe import server

    web.run_app(server.app, host=HOST, port=int(sys.argv[1]), access_log=None, print=None)
