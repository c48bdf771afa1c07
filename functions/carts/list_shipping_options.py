"""GET /api/v1/carts/{cart_id}/shipping-options"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import ShippingOption
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/carts/{cart_id}/shipping-options",
    access=CUSTOMER | GUEST,
    uses=[
        tables.carts.get,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
        tables.pricing["by_kind"].query,
        pepper.read,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[PageQuery], cart_id: str) -> Page[ShippingOption]:
    """List the ways of sending that could be chosen for a cart as it is now, the cheapest first."""
    return service.list_options(request.tx, request.principal, cart_id, limit=request.input.limit, start=request.start)
