"""PATCH /api/v1/shipping-methods/{shipping_method_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.shipping import ShippingMethod, ShippingMethodChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/shipping-methods/{shipping_method_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get, tables.pricing.update, tables.events.put],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[ShippingMethodChanges], shipping_method_id: str) -> ShippingMethod:
    """Change what is named of a way to deliver."""
    return service.change_method(request.tx, shipping_method_id, request.input, if_match=request.if_match)
