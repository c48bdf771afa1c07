"""How a caller shows who they are, by a route's ``access``."""

from __future__ import annotations

from typing import Any, Final

from utils.declarations import Route

SCHEMES: Final[dict[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of `POST /api/v1/auth/login` or `POST /api/v1/oauth/token` (ES256, "
        "10 minutes; renew it by a refresh token), or an API key (`pk_…`).",
    },
    "cart_token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Cart-Token",
        "description": "A guest's hold on a cart: the `token` in the answer that made it.",
    },
    "order_token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Order-Token",
        "description": "A guest's hold on an order: the `order_token` in the answer that placed it.",
    },
}

_OF_AN_ORDER: Final = frozenset({"order_id", "payment_id", "refund_id"})


def requirements_of(route: Route) -> list[dict[str, list[str]]]:
    """Return OpenAPI's security requirements: alternatives, an empty one where nothing need be shown.

    Example
    -------
    >>> requirements_of(get_order)  # doctest: +SKIP
    [{'bearer': []}, {'order_token': []}]
    """
    kinds = route.access.kinds
    if "anyone" in kinds:
        return []
    if "guest" not in kinds and _takes_cart(route) and "cart_id" in route.path_parameters:
        # A customer takes over what was a guest's: each shows whose it is.
        return [{"bearer": [], "cart_token": []}]
    alternatives: list[dict[str, list[str]]] = [{"bearer": []}] if "user" in kinds else []
    if "guest" in kinds:
        alternatives.append(_guest(route))
    return alternatives


def _guest(route: Route) -> dict[str, list[str]]:
    if _OF_AN_ORDER & set(route.path_parameters):
        return {"order_token": []}
    return {"cart_token": []} if _takes_cart(route) or "cart_id" in route.path_parameters else {}


def _takes_cart(route: Route) -> bool:
    return route.input is not None and "cart_id" in route.input.model_fields


def callers_of(route: Route) -> str:
    """Say in words who may call."""
    said = []
    for rule in route.access.rules:
        if rule.permission:
            said.append(f"staff with `{rule.permission}` ({', '.join(sorted(rule.roles))})")
        else:
            said.append({"anyone": "anyone", "guest": "guests", "user": "customers"}[rule.kind])
        if rule.scope:
            said.append(f"programs that a customer gave `{rule.scope}`")
    return ", ".join(dict.fromkeys(said))
