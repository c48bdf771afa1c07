"""Structured logs: JSON lines by Powertools' Logger, one a request in the good case, nothing sensitive in any.

Bodies, headers and tokens are never logged. A stack is logged with the type of what was raised; its message only
after what looks like a secret or an address has been taken out.
"""

from __future__ import annotations

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
    r"|(?i:(?:password|secret|token|authorization|pepper)[\"']?\s*[:=]\s*\S+)"
)


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


def redacted(text: str) -> str:
    """Return ``text`` with what looks like a secret or an address taken out.

    Example
    -------
    >>> redacted("no such user ada@example.org")
    'no such user [redacted]'
    """
    return _SENSITIVE.sub("[redacted]", text)


def log_exception(message: str, error: BaseException, **fields: Any) -> None:
    """Log ``error`` with its stack, at level ERROR."""
    told = f"{error.error_count()} faults in {error.title}" if isinstance(error, ValidationError) else str(error)
    frames = traceback.extract_tb(error.__traceback__)
    stack = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(
        message,
        extra={"exception_name": type(error).__name__, "error": redacted(told), "stack": stack, **fields},
    )
