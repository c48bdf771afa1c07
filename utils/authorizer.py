"""``@authorizer``: declares the function that says who calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from utils import startup
from utils.declarations import Authorizer, Package
from utils.log import log_exception
from utils.naming import name_and_context
from utils.resources import Grant
from utils.worker import Worker


def authorizer(
    *,
    uses: Sequence[Grant] = (),
    packages: Sequence[Package] = (),
    memory_mb: int = 512,
    timeout_seconds: int = 5,
) -> Callable[[Callable[[dict[str, str]], dict[str, Any]]], Worker]:
    """Declare the function that says who calls: from the headers to the context that ``@route`` reads.

    It never denies and never raises: what is wrong with a token is said as ``auth_error``, of which ``@route`` makes
    the enveloped 401 (an HTTP API has no custom gateway answers).
    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    """

    def declare(function: Callable[[dict[str, str]], dict[str, Any]]) -> Worker:
        name, context = name_and_context(function.__module__)
        declaration = Authorizer(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=tuple(uses),
            packages=tuple(packages),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
        )

        def handle(event: dict[str, Any], _: Any) -> dict[str, Any]:
            headers = {key.lower(): value for key, value in (event.get("headers") or {}).items()}
            try:
                said = function(headers)
            except Exception as error:  # noqa: BLE001 - a throw would become the gateway's own 500
                log_exception("authorizer", error)
                said = {"auth_error": "UNAVAILABLE"}
            return {"isAuthorized": True, "context": said}

        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare
