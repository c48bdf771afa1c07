"""GET /api/v1/shipping-methods"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.shipping import ShippingMethod
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/shipping-methods",
    access=staff("pricing:read"),
    preconditions=[live_session],
    uses=[tables.accounts.get, tables.pricing["by_kind"].query],
)
def handler(request: Request[PageQuery]) -> Page[ShippingMethod]:
    """List the ways to deliver, the latest first."""
    return service.list_methods(limit=request.input.limit, start=request.start)
