"""``@authorizer``: declares the function that says who calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from utils import aws, startup
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
    timeout_seconds: int = 9,
) -> Callable[[Callable[..., dict[str, Any]]], Worker]:
    """Declare the function that says who calls: from the headers to the context that ``@route`` reads.

    The function is told by ``kept`` whether the gateway keeps the answer: it does where the header is the identity
    source, and asks each time where there is none. Its calls to AWS give up sooner than others', and its own time is
    longer than they take: the gateway waits ten seconds, and a time-out would be the gateway's own 500.

    It never denies and never raises: what is wrong with a token is said as ``auth_error``, of which ``@route`` makes
    the enveloped 401 (an HTTP API has no custom gateway answers).
    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html

    Example
    -------
    ::

        @authorizer(uses=[tables.accounts.get])
        def handler(headers: dict[str, str], *, kept: bool) -> dict[str, Any]:
            \"\"\"Say who calls.\"\"\"
            return {"sub": "usr_…", "exp": 1767323045}
    """

    def declare(function: Callable[..., dict[str, Any]]) -> Worker:
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
                said = function(headers, kept=bool(event.get("identitySource")))
            except Exception as error:  # noqa: BLE001 - a throw would become the gateway's own 500
                # Only a failure has to know what the request brought.
                from utils.brought import brought

                log_exception("authorizer", error, brought=brought(event))
                said = {"auth_error": "UNAVAILABLE"}
            return {"isAuthorized": True, "context": said}

        if startup.IN_LAMBDA:
            aws.be_quick()
        startup.finish(declaration)
        return Worker(declaration, handle)

    return declare
