"""GET /api/v1/carts/{cart_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/carts/{cart_id}",
    access=CUSTOMER | GUEST,
    uses=[
        tables.carts.get,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
        pepper.read,
    ],
    etag=True,
)
def handler(request: Request[Query], cart_id: str) -> Cart:
    """Show a cart at today's prices, and what stands in the way of buying it."""
    return service.show_cart(request.tx, request.principal, cart_id)
