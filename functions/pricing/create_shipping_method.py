"""POST /api/v1/shipping-methods"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.shipping import NewShippingMethod, ShippingMethod
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/shipping-methods",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.put, tables.events.put],
    status=201,
)
def handler(request: Request[NewShippingMethod]) -> ShippingMethod:
    """Make a way to deliver, with its countries and rates."""
    return service.create_method(request.tx, request.input)
