"""Structured logs: JSON lines by Powertools' Logger, one a request in the good case, nothing sensitive in any.

Bodies, headers and tokens are never logged. A stack is logged with the type of what was raised; its message only
after what looks like a secret or an address has been taken out.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from typing import Any, Final

from aws_lambda_powertools import Logger
from pydantic import ValidationError

from utils import correlation

_SENSITIVE: Final = re.compile(
    r"[^\s@\"'<>]{1,64}@[^\s@\"'<>]{1,255}"  # an address
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT
    r"|\b(?:v\d+\.[\w-]{20,}|tok_\w+|pk_\w+|rt_[\w.-]+)"  # our tokens and the providers'
    r"|\b(?:pm_\w{6,}|[sr]k_(?:test|live)_\w+|whsec_\w+|pi_\w{1,64}_secret_\w+)"  # Stripe's
    r"|(?i:(?:password|secret|token|authorization|pepper)[\"']?\s*[:=]\s*\S+)"
)


_TALKATIVE: Final = ("botocore", "pynamodb", "stripe", "urllib3")
"""Libraries that print bodies and credentials at DEBUG; Lambda gives the root logger the level of the function."""


class _Stdout:
    """The present ``sys.stdout``, looked up at each write: Lambda and the tests both put another in its place."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


class _Correlated(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = correlation.current()
        return True


logger: Final = Logger(
    service=os.environ.get("POWERTOOLS_SERVICE_NAME", "pushcart"),
    stream=_Stdout(),  # type: ignore[arg-type]
    use_rfc3339=True,
    utc=True,
    logger_handler=None,
)
logger.addFilter(_Correlated())
for _name in _TALKATIVE:
    logging.getLogger(_name).setLevel(logging.WARNING)


def redacted(text: str) -> str:
    """Return ``text`` with what looks like a secret or an address taken out.

    Example
    -------
    >>> redacted("no such user ada@example.org")
    'no such user [redacted]'
    """
    return _SENSITIVE.sub("[redacted]", text)


def without(text: str, words: frozenset[str]) -> str:
    """Return ``text`` with these words taken out, as they are and as Python and JSON show them.

    Example
    -------
    >>> without("no account has hunter22", frozenset({"hunter22"}))
    'no account has [redacted]'
    """
    shown = {form for word in words for form in (word, repr(word)[1:-1], json.dumps(word)[1:-1])}
    for word in sorted(shown, key=len, reverse=True):
        text = text.replace(word, "[redacted]")
    return text


def log_exception(message: str, error: BaseException, *, brought: frozenset[str] = frozenset(), **fields: Any) -> None:
    """Log ``error`` with its stack, at level ERROR; what the request ``brought`` is taken out of the error's words."""
    told = f"{error.error_count()} faults in {error.title}" if isinstance(error, ValidationError) else str(error)
    frames = traceback.extract_tb(error.__traceback__)
    stack = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(
        message,
        extra={
            "exception_name": type(error).__name__,
            "error": redacted(without(told, brought)),
            "stack": stack,
            **fields,
        },
    )
