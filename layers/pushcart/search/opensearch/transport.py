"""Requests to a search domain: signed, with an end to how long and how large, and tried again once."""

from __future__ import annotations

import json
import time
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from utils.backoff import tries
from utils.bounded import OutOfBounds, read_bounded
from utils.circuit import Circuit
from utils.errors import Unavailable
from utils.log import logger
from utils.sigv4 import signed_headers

SERVICE: Final = "es"
"""What Amazon OpenSearch Service signs under
(https://docs.aws.amazon.com/opensearch-service/latest/developerguide/request-signing.html)."""
CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 3.0
"""Without a byte."""
TOTAL_SECONDS: Final = 5.0
"""For one try. With the second, and the pause before it, 11 s at worst: less than the functions have."""
RETRIES: Final = 1
"""Everything that is sent may be sent twice: questions ask, and what is written carries a version."""
PAUSE_SECONDS: Final = 0.2
PASSING: Final = frozenset({429, 500, 502, 503, 504})
MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_pool = urllib3.PoolManager(
    num_pools=2, maxsize=4, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False
)
_circuit: Final = Circuit("search")


class Reply(NamedTuple):
    """What the domain answered."""

    status: int
    body: dict[str, Any]


class InsecureEndpoint(ValueError):
    """``SEARCH_ENDPOINT`` is no address that begins with ``https://``; only this machine may do without."""


class Refused(RuntimeError):
    """The domain answered that it will not: our question, or our rights, are wrong."""


def ask(endpoint: str, method: str, path: str, body: bytes, *, content_type: str = "application/json") -> Reply:
    """Send a request and return its answer, a refusal too.

    Raises
    ------
    Unavailable
        When there is no answer, or none but that the domain is busy; and while it is left alone because of that.
    """
    url = f"{_checked(endpoint)}{path}"
    headers = {"content-type": content_type, "accept": "application/json", "accept-encoding": "identity"}
    with _circuit.guarding():
        for attempt in tries(retries=RETRIES, base_seconds=PAUSE_SECONDS, cap_seconds=PAUSE_SECONDS):
            # Signed for each try: a signature is good for five minutes, and tells when it was made.
            signed = signed_headers(method, url, headers=headers, body=body, service=SERVICE)
            reply = _sent(method, url, signed, body)
            if reply is not None and reply.status not in PASSING:
                return reply
            status = reply.status if reply else None
            logger.warning("search domain does not answer", extra={"attempt": attempt, "status": status})
        raise Unavailable


def _sent(method: str, url: str, headers: dict[str, str], body: bytes) -> Reply | None:
    until = time.monotonic() + TOTAL_SECONDS
    try:
        answer = _pool.request(
            method, url, body=body, headers=headers, redirect=False, preload_content=False, decode_content=False
        )
    except HTTPError:
        return None
    try:
        content = read_bounded(answer, most_bytes=MAX_ANSWER_BYTES, until=until)
        told = json.loads(content) if content else {}
    except (HTTPError, OSError, OutOfBounds, ValueError):
        # A connection whose answer was not read to its end is of no more use.
        answer.close()
        return None
    answer.release_conn()
    return Reply(answer.status, told if isinstance(told, dict) else {})


def _checked(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise InsecureEndpoint("SEARCH_ENDPOINT begins with https://")
    return endpoint.rstrip("/")
