"""The port to identity providers: two plain HTTP requests, each with an end to how long and how large.

No redirects are followed, no proxy is taken from the environment, and certificates are always checked (the defaults of
urllib3's pools, which tests hold).
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote_plus, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from utils.bounded import OutOfBounds, read_bounded
from utils.circuit import Circuit, CircuitOpen

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 2.5
"""Without a byte."""
TOTAL_SECONDS: Final = 4.0
"""For one request and its answer, if both are slow. With a second try this is 6 s at worst, so that the three documents
and the exchange of a sign-in end before the function's 25 seconds do."""
RETRIES: Final = 1
BACKOFF_SECONDS: Final = 0.1
PASSING: Final = frozenset({502, 503, 504})
MAX_ANSWER_BYTES: Final = 128 * 1024

_SENT: Final = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "pushcart"}
"""``identity``: what is read is what is counted."""


class Unreachable(Exception):
    """The provider did not answer in time, or with too much, or what it answered is no JSON object."""


class _Ailing(Exception):
    """The provider answered, and that it cannot serve."""

    def __init__(self, answer: WebAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class WebAnswer(NamedTuple):
    """What a provider answered."""

    status: int
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object that it holds.

        Raises
        ------
        Unreachable
            When it holds none.
        """
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Unreachable("the answer is no JSON object")
        return value


class Web(Protocol):
    """How identity providers are asked. Both methods may raise :class:`Unreachable`."""

    def get(self, url: str, *, bearer: str | None = None) -> WebAnswer:
        """Fetch a document, with an access token where one is needed."""

    def post(self, url: str, fields: Mapping[str, str], *, basic: tuple[str, str]) -> WebAnswer:
        """Send a form, authenticated by a client id and its secret. It is never sent twice: a code is good once."""


class Pool:
    """The real one: connections that are kept, and a circuit for each provider, so that nobody who signs in otherwise
    waits for one that is down."""

    def __init__(self) -> None:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pools = urllib3.PoolManager(num_pools=8, maxsize=4, timeout=timeout)
        self._circuits: dict[str, Circuit] = {}

    def get(self, url: str, *, bearer: str | None = None) -> WebAnswer:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return self._ask("GET", url, headers, None, _retry(status=RETRIES))

    def post(self, url: str, fields: Mapping[str, str], *, basic: tuple[str, str]) -> WebAnswer:
        headers = {"authorization": basic_credentials(*basic), "content-type": "application/x-www-form-urlencoded"}
        return self._ask("POST", url, headers, urlencode(fields), _retry(status=0))

    def _ask(self, method: str, url: str, headers: dict[str, str], body: str | None, retry: urllib3.Retry) -> WebAnswer:
        try:
            with self._circuit(url).guarding():
                answer = self._asked(method, url, headers, body, retry)
                if answer.status in PASSING:
                    raise _Ailing(answer)
        except _Ailing as told:
            return told.answer
        except CircuitOpen as refused:
            raise Unreachable(str(refused)) from refused
        return answer

    def _circuit(self, url: str) -> Circuit:
        host = urlsplit(url).netloc
        return self._circuits.setdefault(host, Circuit(f"identity provider {host}", counts=(Unreachable, _Ailing)))

    def _asked(
        self, method: str, url: str, headers: dict[str, str], body: str | None, retry: urllib3.Retry
    ) -> WebAnswer:
        until = time.monotonic() + TOTAL_SECONDS
        try:
            answer = self._pools.request(
                method, url, headers=_SENT | headers, body=body, retries=retry, redirect=False,
                preload_content=False, decode_content=False,
            )  # fmt: skip
        except HTTPError as trouble:
            raise Unreachable(type(trouble).__name__) from trouble
        try:
            content = read_bounded(answer, most_bytes=MAX_ANSWER_BYTES, until=until)
        except (HTTPError, OSError, OutOfBounds) as trouble:
            # A connection whose answer was not read to its end is of no more use.
            answer.close()
            raise Unreachable(str(trouble) or type(trouble).__name__) from trouble
        answer.release_conn()
        return WebAnswer(answer.status, content)


def basic_credentials(client_id: str, secret: str) -> str:
    """Return the header of a client: each half form-encoded, so that a colon in it is no separator (RFC 6749, 2.3.1).

    Example
    -------
    >>> basic_credentials("shop", "a:b")
    'Basic c2hvcDphJTNBYg=='
    """
    return f"Basic {b64encode(f'{quote_plus(client_id)}:{quote_plus(secret)}'.encode()).decode()}"


def _retry(*, status: int) -> urllib3.Retry:
    """Try again what was not sent, and, where it does no harm, what is not served just now."""
    return urllib3.Retry(
        total=RETRIES,
        connect=RETRIES,
        read=0,
        redirect=0,
        other=0,
        status=status,
        status_forcelist=PASSING if status else None,
        backoff_factor=BACKOFF_SECONDS,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


_webs: list[Web] = []


def web() -> Web:
    """Return the process's way to identity providers."""
    if not _webs:
        _webs.append(Pool())
    return _webs[0]


def use(other: Web) -> list[Web]:
    """Put another way in its place, for tests and samples; returns what was there, for :func:`put_back`."""
    before, _webs[:] = list(_webs), [other]
    return before


def put_back(before: list[Web]) -> None:
    """Undo :func:`use`."""
    _webs[:] = before
