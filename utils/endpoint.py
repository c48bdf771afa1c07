"""The way of one request through a route: who, may they, is it good, the handler, the commit, the answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

from pydantic import BaseModel

from utils import correlation
from utils.access import Principal
from utils.caller import admitted
from utils.cursors import CursorScope
from utils.declarations import Route
from utils.envelope import Answer, failure, meta, success
from utils.errors import Internal, NotFound, Problem, ValidationFailed, VersionRequired
from utils.idempotency import STORED_PROBLEMS, IdempotencyGuard, Replay, guard, refuse_missing
from utils.log import log_exception, logger
from utils.metrics import measured
from utils.queries import Page
from utils.request import Request, query_values, raw_body, refuse_media_type
from utils.rerun import until_settled
from utils.schemas import read_json, read_values
from utils.transaction import Precondition, Transaction

_PATH_VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}")
_VERSION: Final = re.compile(r'"(\d{1,15})(?:-[0-9a-f]*)?"')
IDEMPOTENCY_KEY: Final = "idempotency-key"

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
            answer = self._answer(event, headers, request_id)
        except Replay as replay:
            answer, extra["idempotent-replayed"] = replay.answer, "true"
        except Problem as problem:
            answer = failure(problem, request_id)
        except Exception as error:  # noqa: BLE001 - the last resort: the caller learns the request id and nothing else
            log_exception("unhandled", error, route=self.declaration.key, request_id=request_id)
            answer = failure(Internal("Something went wrong on our side. Tell us the request id."), request_id)
        self._log(answer, request_id, (time.perf_counter() - started) * 1000)
        return answer.to_gateway(extra)

    def _answer(self, event: dict[str, Any], headers: dict[str, str], request_id: str) -> Answer:
        route = self.declaration
        principal = admitted(event, headers, route.access)
        request = self._request(event, headers, principal, request_id)
        parameters = _path_values(event)
        held = self._guard(headers, principal, request)
        made = [maker(principal) for maker in self.preconditions]
        # The key's record comes last: who may not ask is not told the earlier answer either.
        preconditions = [*(one for one in made if one), *([held] if held else [])]
        try:
            answer = until_settled(lambda: self._attempt(request, parameters, held, preconditions))
        except Replay:
            raise
        except Problem as problem:
            if held is None or problem.status not in STORED_PROBLEMS:
                raise
            return _stored(held, failure(problem, request_id))
        return _not_modified(answer, headers) if route.etag else answer

    def _attempt(
        self,
        request: Request[Any],
        parameters: dict[str, str],
        held: IdempotencyGuard | None,
        preconditions: Sequence[Precondition],
    ) -> Answer:
        request.tx = Transaction(preconditions=preconditions, batch=self.declaration.method != "GET")
        request.secrets.clear()
        result = self.function(**self._arguments(request, parameters))
        request.tx.verify_preconditions()
        answer = self._render(result, request)
        if held:
            held.record(request.tx, answer)
        request.tx.commit()
        return answer

    def _request(
        self, event: dict[str, Any], headers: dict[str, str], principal: Principal, request_id: str
    ) -> Request[Any]:
        route, http = self.declaration, event["requestContext"]["http"]
        body, values = raw_body(event), {} if route.raw else query_values(event)
        model = route.input
        assert model is not None  # noqa: S101 - narrows the type; @route always names one
        if route.method in {"GET", "DELETE"}:
            data: BaseModel = read_values(model, values)
        else:
            data = self._read_body(model, headers, body, values)
        filters = json.dumps({k: v for k, v in values.items() if k not in {"cursor", "limit"}}, sort_keys=True)
        return Request(
            input=data,
            principal=principal,
            tx=Transaction(),
            headers=headers,
            path=http["path"],
            source_ip=http.get("sourceIp", "-"),
            request_id=request_id,
            correlation_id=correlation.current(),
            # A public list is kept by caches, whose cursors must be good for all; and addresses change on the way.
            cursors=CursorScope("anyone" if principal.kind == "anyone" else principal.id, http["path"], filters),
            if_match=self._if_match(headers, principal),
            body=body,
        )

    def _read_body(
        self, model: type[BaseModel], headers: dict[str, str], body: bytes, values: dict[str, str]
    ) -> BaseModel:
        if self.declaration.raw:
            return model.model_construct()
        if values:
            raise ValidationFailed("This route takes no query parameters.", field=next(iter(values)))
        if not body and self._may_be_left_out(model):
            return model()
        refuse_media_type(headers)
        return read_json(model, body)

    def _may_be_left_out(self, model: type[BaseModel]) -> bool:
        """A POST whose every field has a default says all it has to by being sent; an empty PATCH is a mistake."""
        needed = any(field.is_required() for field in model.model_fields.values())
        return not model.model_fields or (self.declaration.method == "POST" and not needed)

    def _if_match(self, headers: dict[str, str], principal: Principal) -> int | None:
        tag = headers.get("if-match")
        if not self.declaration.versioned or tag == "*":
            return None
        if tag is None:
            if principal.permissions:
                raise VersionRequired("Send If-Match with the ETag of what you read, so that nobody's change is lost.")
            return None
        match = _VERSION.fullmatch(tag.strip())
        if match is None:
            raise ValidationFailed("If-Match takes an ETag as it was answered.", field="If-Match")
        return int(match[1])

    def _guard(self, headers: dict[str, str], principal: Principal, request: Request[Any]) -> IdempotencyGuard | None:
        route = self.declaration
        if route.idempotency == "none":
            return None
        idempotency_key = headers.get(IDEMPOTENCY_KEY)
        if idempotency_key is None:
            return refuse_missing() if route.idempotency != "accepted" else None
        return guard(
            principal.id, route.key, idempotency_key, method=route.method, path=request.path, body=request.body,
            money=route.idempotency == "required for money",
        )  # fmt: skip

    def _arguments(self, request: Request[Any], parameters: dict[str, str]) -> dict[str, Any]:
        arguments: dict[str, Any] = {name: parameters[name] for name in self.declaration.path_parameters}
        if self.request_argument:
            arguments[self.request_argument] = request
        return arguments

    def _render(self, result: Any, request: Request[Any]) -> Answer:
        route = self.declaration
        if isinstance(result, Answer):
            return result
        if result is None:
            return Answer(route.status)
        headers: dict[str, str] = {}
        if isinstance(result, Page):
            data = f"[{','.join(item.model_dump_json() for item in result.items)}]"
            extra: dict[str, Any] = {"limit": request.input.limit}
            if cursor := request.cursors.seal(result.last_key):
                extra["next_cursor"] = cursor
            body = success(data, meta(request.request_id, **extra))
        else:
            data = result.model_dump_json()
            body = success(data, meta(request.request_id))
        version = getattr(result, "version", None)
        if route.etag or version is not None:
            digest = blake2b(data.encode(), digest_size=8).hexdigest()
            headers["etag"] = f'"{version or 0}-{digest}"'
        if route.cache_seconds:
            headers["cache-control"] = f"public, max-age={route.cache_seconds}"
        return Answer(route.status, body, headers, secrets=tuple(request.secrets))

    def _log(self, answer: Answer, request_id: str, latency_ms: float) -> None:
        fields = measured(latency_ms=latency_ms, failed=answer.status >= 500)
        logger.info(
            "request",
            extra={**fields, "route": self.declaration.key, "status": answer.status, "request_id": request_id},
        )


def _path_values(event: dict[str, Any]) -> dict[str, str]:
    """Return the path's parameters. One that cannot be an id names nothing: the 404 of a missing thing."""
    values: dict[str, str] = event.get("pathParameters") or {}
    for value in values.values():
        if not _PATH_VALUE.fullmatch(value):
            raise NotFound
    return values


def _stored(held: IdempotencyGuard, answer: Answer) -> Answer:
    """Keep a refusal as the answer to its key, so that a second try is told the same."""
    tx = Transaction()
    held.record(tx, answer)
    tx.commit()
    return answer


def _not_modified(answer: Answer, headers: dict[str, str]) -> Answer:
    """Turn the answer into 304 when the caller has it already (RFC 9110, 13.1.2: weak comparison)."""
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    if answer.status == 200 and ("*" in known or answer.headers.get("etag") in known):
        return replace(answer, status=304, body=None)
    return answer
