"""POST /api/v1/carts/{cart_id}/items"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, NewCartItem
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/carts/{cart_id}/items",
    access=CUSTOMER | GUEST,
    status=201,
    uses=[
        tables.carts.batch_get,
        tables.carts.update,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
    ],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[NewCartItem], cart_id: str) -> Cart:
    """Put something into a cart, or more of what lies there."""
    return service.add_item(request.tx, request.principal, cart_id, request.input, if_match=request.if_match)
