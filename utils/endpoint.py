"""The way of one request through a route: who, may they, is it good, the handler, the commit, the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from utils import correlation
from utils.access import Principal
from utils.caller import admitted
from utils.declarations import Route
from utils.envelope import Answer, failure
from utils.errors import Internal, Problem
from utils.idempotency import STORED_PROBLEMS, IdempotencyGuard, Replay
from utils.incoming import idempotency_guard, path_values, rate_guard, read_request
from utils.log import log_exception, logger
from utils.metrics import measured
from utils.outgoing import not_modified, render
from utils.rate_limits import RateGuard, RateLimited
from utils.request import Request
from utils.rerun import until_settled
from utils.transaction import Precondition, Transaction

PreconditionMaker = Callable[[Principal], Precondition | None]


@dataclass(slots=True, eq=False, repr=False)
class Endpoint:
    """The Lambda handler of a route: called by API Gateway with a payload 2.0 event."""

    declaration: Route
    function: Callable[..., Any]
    preconditions: tuple[PreconditionMaker, ...] = ()
    request_argument: str | None = None

    def __call__(self, event: dict[str, Any], _: Any) -> dict[str, Any]:
        started = time.perf_counter()
        request_id = str(event["requestContext"]["requestId"])
        headers: dict[str, str] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        correlation_id = correlation.begin(headers.get(correlation.HEADER), request_id)
        extra = {"x-request-id": request_id, correlation.HEADER: correlation_id}
        try:
            answer = self._answer(event, headers, request_id, extra)
        except Replay as replay:
            answer, extra["idempotent-replayed"] = replay.answer, "true"
        except Problem as problem:
            answer = failure(problem, request_id)
        except Exception as error:  # noqa: BLE001 - the last resort: the caller learns the request id and nothing else
            _tell(error, event, route=self.declaration.key, request_id=request_id)
            answer = failure(Internal("Something went wrong on our side. Tell us the request id."), request_id)
        self._log(answer, request_id, (time.perf_counter() - started) * 1000)
        return answer.to_gateway(extra)

    def _answer(self, event: dict[str, Any], headers: dict[str, str], request_id: str, extra: dict[str, str]) -> Answer:
        route = self.declaration
        extra |= route.deprecated.headers if route.deprecated else {}
        principal = admitted(event, headers, route.access)
        request = read_request(route, event, headers, principal, request_id)
        parameters = path_values(event)
        held = idempotency_guard(route, request)
        made = [maker(principal) for maker in self.preconditions]
        # The key's record comes last: who may not ask is not told the earlier answer either.
        preconditions = [*(one for one in made if one), *([held] if held else [])]
        rate = rate_guard(route, request)
        if rate:
            preconditions += [rate.earlier, rate]
        try:
            answer = until_settled(lambda: self._attempt(request, parameters, held, preconditions, rate))
        except (Replay, RateLimited):
            raise
        except Problem as problem:
            if held is None or problem.status not in STORED_PROBLEMS:
                raise
            return _stored(held, failure(problem, request_id))
        finally:
            extra |= rate.headers() if rate else {}
        return not_modified(answer, headers) if route.etag else answer

    def _attempt(
        self,
        request: Request[Any],
        parameters: dict[str, str],
        held: IdempotencyGuard | None,
        preconditions: Sequence[Precondition],
        rate: RateGuard | None,
    ) -> Answer:
        companions = [rate] if rate else []
        batch = self.declaration.method != "GET"
        request.tx = Transaction(preconditions=preconditions, companions=companions, batch=batch)
        request.secrets.clear()
        result = self.function(**self._arguments(request, parameters))
        request.tx.verify_preconditions()
        answer = render(self.declaration, result, request)
        if held:
            held.record(request.tx, answer)
        request.tx.commit()
        return answer

    def _arguments(self, request: Request[Any], parameters: dict[str, str]) -> dict[str, Any]:
        arguments: dict[str, Any] = {name: parameters[name] for name in self.declaration.path_parameters}
        if self.request_argument:
            arguments[self.request_argument] = request
        return arguments

    def _log(self, answer: Answer, request_id: str, latency_ms: float) -> None:
        fields = measured(latency_ms=latency_ms, failed=answer.status >= 500)
        logger.info(
            "request",
            extra={**fields, "route": self.declaration.key, "status": answer.status, "request_id": request_id},
        )


def _stored(held: IdempotencyGuard, answer: Answer) -> Answer:
    """Keep a refusal as the answer to its key, so that a second try is told the same."""
    tx = Transaction()
    held.record(tx, answer)
    tx.commit()
    return answer


def _tell(error: Exception, event: dict[str, Any], **fields: str) -> None:
    # Only a failure has to know what the request brought.
    from utils.brought import brought

    log_exception("unhandled", error, brought=brought(event), **fields)
