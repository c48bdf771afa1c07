"""Calls a handler as Lambda does: JSON in, JSON out, and a context object."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from utils.declarations import Loaded

RESPONSE_LIMIT = 6 * 1024 * 1024
"""Lambda's limit of a synchronous answer, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class FunctionError(Exception):
    """The function's answer is one that Lambda would refuse."""


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What Lambda hands to a handler beside the event.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: str
    memory_limit_in_mb: int
    timeout_seconds: int
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.monotonic)
    function_version: str = "$LATEST"
    client_context: None = None
    identity: None = None

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        left = self.timeout_seconds - (time.monotonic() - self.started)
        return max(0, int(left * 1000))


def invoke(loaded: Loaded, event: dict[str, Any]) -> Any:
    """Call the handler with ``event`` and return its answer as JSON would carry it.

    Raises
    ------
    FunctionError
        When the answer is no JSON, or over 6 MB.
    Exception
        Whatever the handler raises.
    """
    declaration = loaded.declaration
    context = LambdaContext(
        f"pushcart-local-{declaration.context}-{declaration.name}", declaration.memory_mb, declaration.timeout_seconds
    )
    answer = loaded.handler(json.loads(json.dumps(event)), context)
    try:
        text = json.dumps(answer)
    except (TypeError, ValueError) as error:
        raise FunctionError(f"{declaration.name} answered what is no JSON: {error}") from error
    if len(text) > RESPONSE_LIMIT:
        raise FunctionError(f"{declaration.name} answered {len(text)} bytes; Lambda's limit is {RESPONSE_LIMIT}")
    return json.loads(text)
