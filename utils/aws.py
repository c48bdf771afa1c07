"""The one seam to AWS: this module makes each client, once a process, and every call passes :func:`call`.

A leaner transport can take botocore's place here without any other module noticing (performance.md), and a fault
test has one place to break.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as EndpointUnreachable
from botocore.session import Session

from utils import tracing
from utils.aws_session import add_service, new_session
from utils.errors import Unavailable

Refusal = ClientError
"""What :func:`call` raises when AWS refuses for a reason that the caller may know the meaning of: botocore's own error,
so that whoever catches it need not import botocore."""

CONNECT_TIMEOUT_SECONDS: Final = 1
READ_TIMEOUT_SECONDS: Final = 2
MAX_ATTEMPTS: Final = 5
"""With one call in five throttled, five attempts leave 0.03 % unserved at 1.25 times the calls."""

MAIL_READ_TIMEOUT_SECONDS: Final = 10
MAIL_ATTEMPTS: Final = 1
"""SES knows no idempotency: a mail whose answer is late must not be sent again by the transport."""

OBJECT_READ_TIMEOUT_SECONDS: Final = 10
"""An object has some megabytes to travel."""

QUICK_CONNECT_TIMEOUT_SECONDS: Final = 0.5
QUICK_READ_TIMEOUT_SECONDS: Final = 1
QUICK_ATTEMPTS: Final = 2
"""For a function that is waited for: see :func:`be_quick`."""

THROTTLING: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceeded",
        "ThrottlingException",
        "ThrottlingError",
        "Throttling",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "LimitExceededException",
        "InternalServerError",
        "ServiceUnavailable",
    }
)

_config = Config(
    connect_timeout=CONNECT_TIMEOUT_SECONDS,
    read_timeout=READ_TIMEOUT_SECONDS,
    retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
    max_pool_connections=16,
    parameter_validation=False,
    user_agent="pushcart",
)
_mail = _config.merge(
    Config(
        read_timeout=MAIL_READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": MAIL_ATTEMPTS},
    )
)
_quick = _config.merge(
    Config(
        connect_timeout=QUICK_CONNECT_TIMEOUT_SECONDS,
        read_timeout=QUICK_READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": QUICK_ATTEMPTS},
    )
)
_S3: Final = "s3"
_objects = _config.merge(Config(read_timeout=OBJECT_READ_TIMEOUT_SECONDS, signature_version="s3v4"))
_OTHERS: Final = ""
_CONFIGS: Final[dict[str, Config]] = {"sesv2": _mail, _S3: _objects, _OTHERS: _config}

_lock = Lock()
_clients: dict[str, Any] = {}
_sessions: list[Session] = []


def client(service: str) -> Any:
    """Return the process's client of ``service``; made on first use, under a lock (making one is not thread-safe)."""
    found = _clients.get(service)
    if found is None:
        with _lock:
            if service not in _clients:
                if not _sessions:
                    _sessions.append(new_session())
                if service == _S3:
                    add_service(_sessions[0], _S3)
                _clients[service] = _sessions[0].create_client(service, config=_config_of(service))
            found = _clients[service]
    return found


def session() -> Session:
    """Return the process's botocore session: whose credentials, and which region."""
    with _lock:
        if not _sessions:
            _sessions.append(new_session())
        return _sessions[0]


def _config_of(service: str) -> Config:
    if service != _S3:
        return _CONFIGS.get(service, _CONFIGS[_OTHERS])
    # Another endpoint than AWS's answers by one name: what stands before it is no bucket there.
    elsewhere = bool(os.environ.get("AWS_ENDPOINT_URL"))
    return _CONFIGS[_S3].merge(Config(s3={"addressing_style": "path" if elsewhere else "virtual"}))


def be_quick() -> None:
    """Let every call of this process give up within 4 s (two tries, a second at most in between): for a function that
    is waited for, and has an answer for when AWS does not. For processes that have made no client yet."""
    _CONFIGS[_OTHERS] = _quick


def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call one operation, by its name in AWS's API reference.

    Raises
    ------
    Unavailable
        When AWS throttles, fails by itself, or cannot be reached; botocore has tried again before.
    botocore.exceptions.ClientError
        Any other refusal: the caller knows what it means.

    Example
    -------
    >>> call("sqs", "SendMessage", QueueUrl="…", MessageBody="{}")  # doctest: +SKIP
    """
    try:
        with tracing.subsegment(f"{service}.{operation}"):
            return client(service)._make_api_call(operation, parameters)  # type: ignore[no-any-return]
    except ClientError as refusal:
        if error_code(refusal) in THROTTLING or _is_amiss(refusal):
            raise Unavailable from refusal
        raise
    except (EndpointUnreachable, HTTPClientError) as trouble:
        raise Unavailable from trouble


def rest_of(body: Any) -> bytes:
    """Read the body of an answer that comes as a stream, as S3's do.

    Raises
    ------
    Unavailable
        When the connection breaks or stalls on the way.
    """
    try:
        content: bytes = body.read()
    except HTTPClientError as trouble:
        raise Unavailable from trouble
    return content


def _is_amiss(refusal: ClientError) -> bool:
    """Whether AWS failed by itself, whatever the service's word for that is (``KMSInternalException``, say)."""
    return int(refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500


def error_code(refusal: ClientError) -> str:
    """Return AWS's code of a refusal, such as ``ConditionalCheckFailedException``."""
    return str(refusal.response.get("Error", {}).get("Code", ""))
