"""How the SDK reaches Stripe: one pool of connections, and an end to how long and how often.

The SDK's own clients wait 80 seconds, follow redirects and take proxies from the environment. And they repeat a POST by
themselves, which is safe only as long as Stripe knows its idempotency key; whoever moves money here looks first, and
repeats by what it finds. So only what was never sent is sent again, and what only reads.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import urllib3
from urllib3.exceptions import HTTPError

import stripe
from utils.bounded import OutOfBounds, read_bounded

CONNECT_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 3.0
"""For an answer that only tells."""
MOVE_SECONDS: Final = 9.0
"""For one that a bank may have to be asked for. A command that charges looks, makes, looks, confirms and, without an
answer, looks once more: it ends within the worker's 30 seconds, since the first silence ends it."""
LOOK_RETRIES: Final = 1
BACKOFF_SECONDS: Final = 0.1
PASSING: Final = frozenset({429, 502, 503, 504})
MAX_ANSWER_BYTES: Final = 1024 * 1024


class Transport(stripe.HTTPClient):  # type: ignore[misc]
    """The SDK's port to HTTP, on urllib3 (https://github.com/stripe/stripe-python#configuring-an-http-client)."""

    name = "urllib3"

    def __init__(self) -> None:
        super().__init__()
        self._pools = urllib3.PoolManager(num_pools=2, maxsize=4)

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send one request of the SDK's.

        Raises
        ------
        stripe.APIConnectionError
            When there is no answer in time, or too much of one.
        """
        looks = method.lower() == "get"
        # What makes a PaymentIntent waits for no bank.
        seconds = MOVE_SECONDS if _moves(url, looks=looks) else LOOK_SECONDS
        until = time.monotonic() + CONNECT_SECONDS + seconds
        try:
            answer = self._pools.request(
                method.upper(), url, headers=dict(headers or {}), body=post_data, redirect=False,
                retries=_retry(looks=looks), timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
                preload_content=False,
            )  # fmt: skip
        except HTTPError as trouble:
            raise stripe.APIConnectionError(type(trouble).__name__) from trouble
        try:
            content = read_bounded(answer, most_bytes=MAX_ANSWER_BYTES, until=until).decode()
        except (HTTPError, OSError, OutOfBounds, UnicodeDecodeError) as trouble:
            # A connection whose answer was not read to its end is of no more use.
            answer.close()
            raise stripe.APIConnectionError(type(trouble).__name__) from trouble
        answer.release_conn()
        return content, answer.status, answer.headers

    def close(self) -> None:
        self._pools.clear()


def _moves(url: str, *, looks: bool) -> bool:
    return not looks and not url.endswith("/v1/payment_intents")


def _retry(*, looks: bool) -> urllib3.Retry:
    """Try again what was not sent, and, where it only reads, what is not served just now."""
    return urllib3.Retry(
        total=LOOK_RETRIES,
        connect=LOOK_RETRIES,
        read=0,
        redirect=0,
        other=0,
        status=LOOK_RETRIES if looks else 0,
        status_forcelist=PASSING if looks else None,
        allowed_methods=None,
        backoff_factor=BACKOFF_SECONDS,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
