"""Sample requests: what API Gateway hands to a route, less what it adds by itself."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from infra.openapi.examples import example_of
from infra.openapi.models import Models
from infra.openapi.problems import BODY_METHODS
from pushcart.system.docs import asset_name
from utils.declarations import DEFAULT_PATH, Route

Event = dict[str, Any]

IN_PATHS: Final[dict[str, str]] = {
    "address_id": "${address_id}",
    "cart_id": "${cart_id}",
    "category_id": "${category_id}",
    "client_id": "${client_id}",
    "customer_id": "${customer_id}",
    "fulfillment_id": "${fulfillment_id}",
    "key_id": "${key_id}",
    "line_id": "${line_id}",
    "media_id": "${media_id}",
    "location_id": "main",
    "order_id": "${order_id}",
    "payment_id": "${payment_id}",
    "product_id": "${product_id}",
    "promotion_code": "${promotion_code}",
    "promotion_id": "${promotion_id}",
    "provider": "sandbox",
    "refund_id": "${refund_id}",
    "return_id": "${return_id}",
    "session_id": "${session_id}",
    "shipping_method_id": "${shipping_method_id}",
    "sku": "${sku}",
    "tax_rate_id": "${tax_rate_id}",
    "token": "${stock_token}",
    "user_id": "${customer_id}",
}
"""What a path's parameter is in the demo shop; one that is not here keeps its name."""

IN_BODIES: Final[dict[str, str]] = {
    "cart_id": "${cart_id}",
    "category_id": "${category_id}",
    "email": "ada-${key}@example.org",
    "refresh_token": "${refresh_token}",
    "sku": "TSHIRT-${key}",
    "slug": "t-shirt-${key}",
}
"""What a field of that name is, wherever it comes; what must be unique is fresh each time."""

_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
_AS_CLIENT: Final = "client_id=${client_id}&client_secret=${client_secret}"
_AUTHORIZATION: Final = {
    "response_type": "code",
    "client_id": "${client_id}",
    "redirect_uri": "https://tracker.example.com/callback",
    "scope": "openid",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}

OWN: Final[dict[str, Event]] = {
    "decide_authorization": {"body": {**_AUTHORIZATION, "decision": "approve"}},
    "introspect_oauth_token": {"headers": _FORM, "body": f"token=unknown&{_AS_CLIENT}"},
    "issue_oauth_tokens": {"headers": _FORM, "body": f"grant_type=client_credentials&{_AS_CLIENT}"},
    "revoke_oauth_token": {"headers": _FORM, "body": f"token=unknown&{_AS_CLIENT}"},
    "show_authorization": {"rawQueryString": urlencode(_AUTHORIZATION, safe="${}")},
    "docs_asset": {"pathParameters": {"asset": asset_name("docs.js")}},
    "confirm_totp": {
        "headers": {"content-type": "application/json", "authorization": "Bearer ${newcomer_token}"},
        "body": {"code": "${totp_code}"},
    },
    "change_password": {"body": {"current_password": "${password}", "new_password": "another quiet Evening 8"}},
    "reset_password": {"body": {"token": "${reset_token}", "password": "another quiet Evening 8"}},
    "finish_oidc": {
        "rawQueryString": "state=${oidc_state}&code=${oidc_code}",
        "headers": {"cookie": "${oidc_cookie}"},
    },
    "verify_mfa": {"body": {"password": "${password}"}},
    "verify_email": {"body": {"token": "${verify_token}"}},
    "login": {"body": {"email": "${customer_email}", "password": "${password}"}},
    "add_cart_item": {"body": {"sku": "${sku}", "quantity": 1}},
    "add_cart_promotion": {"body": {"code": "${another_code}"}},
    "merge_cart": {
        "headers": {
            "accept": "application/json",
            "content-type": "application/json",
            "authorization": "Bearer ${customer_token}",
            "x-cart-token": "${guest_cart_token}",
            "idempotency-key": "${key}",
        },
        "body": {"cart_id": "${guest_cart_id}"},
    },
    "set_cart_shipping": {"body": {"shipping_method_id": None}},
    "create_promotion": {
        "body": {
            "name": "Ten percent",
            "code": "SAVE-${key}",
            "kind": "percentage",
            "basis_points": 1000,
            "max_uses": 500,
        }
    },
    "create_tax_rate": {
        "body": {
            "name": "Sales tax",
            "country": "US",
            "region": "County ${key}",
            "basis_points": 825,
            "included": False,
        }
    },
    "get_availability": {"rawQueryString": "sku=${sku}"},
    "place_order": {"body": {"cart_id": "${cart_id}", "payment": {"provider": "sandbox", "token": "tok_success"}}},
    "fulfill_order": {
        "pathParameters": {"order_id": "${paid_order_id}"},
        "body": {
            "lines": [{"sku": "${sku}", "quantity": 1}],
            "tracking": {"carrier": "Royal Mail", "number": "RM123456785GB", "url": "https://track.example.com/"},
        },
    },
    "claim_order": {"body": {}},
    "draft_order": {
        "body": {
            "email": "${customer_email}",
            "lines": [{"sku": "${sku}", "quantity": 1}],
            "hold_hours": 48,
            "note": "Ordered by telephone",
        }
    },
    "get_invoice": {"pathParameters": {"order_id": "${paid_order_id}"}},
    "look_up_order": {"body": {"number": "${order_number}", "email": "${customer_email}"}},
    "update_order": {"body": {"note": "Leave it with the neighbours"}},
    "list_returns": {"rawQueryString": "order_id=${order_id}"},
    "request_return": {
        "pathParameters": {"order_id": "${sent_order_id}"},
        "body": {"lines": [{"sku": "${sku}", "quantity": 1}], "reason": "damaged"},
    },
    "update_fulfillment": {
        "pathParameters": {"order_id": "${sent_order_id}", "fulfillment_id": "${fulfillment_id}"},
    },
    "refund_payment": {"pathParameters": {"payment_id": "${paid_payment_id}"}, "body": {"reason": "It came late"}},
    "update_return": {
        "body": {"status": "received", "lines": [{"sku": "${sku}", "restock": True, "location_id": "main"}]},
    },
    "search": {"rawQueryString": "q=tote&availability=in_stock"},
    "publish_product": {"pathParameters": {"product_id": "${draft_id}"}},
    "receive_payment_webhook": {
        "headers": {"content-type": "application/json", "x-sandbox-signature": "${webhook_signature}"},
        "body": "${webhook_body}",
    },
}
"""What one route's sample has of its own, by the function's name: it takes the place of what is derived."""


def request_event(route: Route, models: Models) -> Event:
    """Return a sample request of ``route`` by somebody who may call it.

    Example
    -------
    >>> request_event(get_order, models)["headers"]  # doctest: +SKIP
    {'authorization': 'Bearer ${customer_token}'}
    """
    event: Event = {"version": "2.0", "routeKey": route.key, "headers": _headers(route)}
    if route.path == DEFAULT_PATH:
        return {**event, "rawPath": "/api/v1/nothing-here"}
    if route.path_parameters:
        event["pathParameters"] = {name: IN_PATHS.get(name, name) for name in route.path_parameters}
    if route.method in BODY_METHODS and route.input is not None and route.input.model_fields:
        schema = models.reference(route.input, "validation")
        event["body"] = _known(example_of(schema, models.components))
    elif query := _query(route):
        event["rawQueryString"] = query
    return event | OWN.get(route.name, {})


def _headers(route: Route) -> dict[str, str]:
    headers = {"accept": "application/json"} if not route.raw else {}
    if route.method in BODY_METHODS:
        headers["content-type"] = "application/json"
    if "user" in route.access.kinds:
        headers["authorization"] = f"Bearer ${{{'customer' if _open_to_customers(route) else 'admin'}_token}}"
    if route.idempotency != "none":
        headers["idempotency-key"] = "${key}"
    if route.versioned:
        headers["if-match"] = "*"
    return headers


def _open_to_customers(route: Route) -> bool:
    return any(rule.kind == "user" and not rule.permission for rule in route.access.rules)


def _query(route: Route) -> str:
    """Return the required parameters of a query, by their examples."""
    if route.input is None:
        return ""
    fields = route.input.model_fields
    required = {name: (field.examples or ["x"])[0] for name, field in fields.items() if field.is_required()}
    return urlencode(required)


def _known(example: Any) -> Any:
    """Return an example with the demo shop's own ids in it."""
    if isinstance(example, list):
        return [_known(one) for one in example]
    if not isinstance(example, dict):
        return example
    return {name: IN_BODIES.get(name, _known(value)) for name, value in example.items()}
