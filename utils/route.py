"""``@route``: declares a route where it is written. Everything else about it is derived (docs/ARCHITECTURE.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from utils import startup
from utils.access import Access
from utils.declarations import Package, Route
from utils.deprecation import Deprecated
from utils.endpoint import Endpoint, PreconditionMaker
from utils.ephemeral import ephemeral
from utils.naming import name_and_context
from utils.rate_limits import WRITES, RateLimit
from utils.resources import Grant
from utils.sealing import pepper
from utils.signature import read_signature

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Idempotency = Literal["required", "required for money", "accepted", "none"]


def route(
    method: Method,
    path: str,
    *,
    access: Access,
    uses: Sequence[Grant] = (),
    status: int | None = None,
    idempotent: bool | None = None,
    moves_money: bool = False,
    versioned: bool = False,
    etag: bool = False,
    cache_seconds: int | None = None,
    raw: str | None = None,
    preconditions: Sequence[PreconditionMaker] = (),
    packages: Sequence[Package] = (),
    errors: Sequence[str] = (),
    limit: RateLimit | None = WRITES,
    deprecated: Deprecated | None = None,
    memory_mb: int = 512,
    timeout_seconds: int = 25,
) -> Callable[[Callable[..., Any]], Endpoint]:
    """Declare a route and make its Lambda handler.

    Parameters
    ----------
    method, path
        As API Gateway knows them; ``{names}`` in the path are arguments of the handler.
    access
        Who may call; there is no default, since nothing is allowed that is not declared.
    uses
        What the handler may do with which resource: the function's policy, and nothing more. What idempotency needs
        is added.
    status
        Of a success; 204 for a handler that answers nothing, otherwise 200.
    idempotent
        ``True``: an Idempotency-Key is required; ``None``: accepted on POST and PATCH; ``False``: none is looked at.
    moves_money
        Records of keys are kept 30 days instead of 24 hours.
    versioned
        ``If-Match`` is read, and required of staff (RFC 6585, 428).
    etag, cache_seconds
        Answer with an ETag, honour ``If-None-Match``; let caches keep it so long.
    raw
        The standard that is followed instead of the envelope; the handler answers an ``Answer``.
    preconditions
        Made for each caller; their items join the first read (a live session, say).
    packages
        Heavy packages, each a layer of its own.
    limit
        How often one caller may write by it; ``None`` where something else limits it. A GET is not limited unless it
        names a limit of its own.
    deprecated
        Says in its answers and in the documents that it will go, and when.
    timeout_seconds
        Long enough for every try of a call to a database that hangs, so that the caller gets our 503 and not the
        gateway's own, which comes after 30 s.
    errors
        Codes of refusals that are this route's own, for the documents.

    Raises
    ------
    utils.signature.BadDeclaration
        When the handler's signature does not fit.

    Example
    -------
    ::

        @route("GET", "/api/v1/products/{product_id}", access=ANYONE, uses=[tables.catalog.query], etag=True)
        def handler(request: Request, product_id: str) -> Product:
            \"\"\"Show a product with its variants.\"\"\"
            return service.show_product(product_id)
    """

    def declare(function: Callable[..., Any]) -> Endpoint:
        signature = read_signature(function, method, path, raw=raw is not None)
        name, context = name_and_context(function.__module__)
        idempotency = _idempotency(method, required=idempotent, moves_money=moves_money)
        declaration = Route(
            name=name,
            context=context,
            summary=(function.__doc__ or "").strip(),
            uses=_grants(tuple(uses), idempotency, lists=signature.many, limited=_limit_of(method, limit) is not None),
            packages=tuple(packages),
            memory_mb=memory_mb,
            timeout_seconds=timeout_seconds,
            method=method,
            path=path,
            access=access,
            status=status or (204 if signature.output is None and raw is None else 200),
            input=signature.input,
            output=signature.output,
            many=signature.many,
            about=signature.about,
            raw=raw,
            idempotency=idempotency,
            versioned=versioned,
            etag=etag,
            cache_seconds=cache_seconds,
            path_parameters=signature.parameters,
            errors=tuple(errors),
            limit=_limit_of(method, limit),
            deprecated=deprecated,
        )
        startup.finish(declaration)
        return Endpoint(declaration, function, tuple(preconditions), signature.request)

    return declare


def _idempotency(method: str, *, required: bool | None, moves_money: bool) -> Idempotency:
    if required is False or method not in {"POST", "PATCH"}:
        return "none"
    if required is None:
        return "accepted"
    return "required for money" if moves_money else "required"


def _limit_of(method: Method, limit: RateLimit | None) -> RateLimit | None:
    """Return what limits a route: reads are left to the gateway, unless one names a limit of its own."""
    return None if method == "GET" and limit is WRITES else limit


def _grants(uses: tuple[Grant, ...], idempotency: Idempotency, *, lists: bool, limited: bool) -> tuple[Grant, ...]:
    added: list[Grant] = []
    if limited:
        added += [ephemeral.batch_get, ephemeral.update]
    if idempotency != "none":
        added += [ephemeral.batch_get, ephemeral.put, pepper.read]
    elif lists:
        added.append(pepper.read)
    return uses + tuple(grant for grant in dict.fromkeys(added) if grant not in uses)
