"""PUT /api/v1/carts/{cart_id}/shipping"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, CartShipping
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "PUT",
    "/api/v1/carts/{cart_id}/shipping",
    access=CUSTOMER | GUEST,
    uses=[
        tables.carts.batch_get,
        tables.carts.update,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
        pepper.read,
    ],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[CartShipping], cart_id: str) -> Cart:
    """Say how the goods are to be sent; null takes the choice away."""
    return service.set_shipping(request.tx, request.principal, cart_id, request.input, if_match=request.if_match)
