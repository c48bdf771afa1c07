"""GET /api/v1/shipping-methods/{shipping_method_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.shipping import ShippingMethod
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/shipping-methods/{shipping_method_id}",
    access=staff("pricing:read"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get],
    etag=True,
)
def handler(request: Request[Query], shipping_method_id: str) -> ShippingMethod:
    """Show a way to deliver."""
    return service.show_method(request.tx, shipping_method_id)
