"""The laptop cloud's own AWS clients, one of each kind for a process.

They go to moto, or to ``AWS_ENDPOINT_URL``, which boto3 reads by itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 2})


@cache
def client(service: str) -> Any:
    """Return the client of ``service``, such as ``"dynamodb"``. It is safe to share between threads."""
    return boto3.session.Session().client(service, config=_CONFIG)  # type: ignore[call-overload]
