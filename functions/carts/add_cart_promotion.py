"""POST /api/v1/carts/{cart_id}/promotions"""

from pushcart import tables
from pushcart.access import CODE_TRIES, CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, CartCode
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/carts/{cart_id}/promotions",
    access=CUSTOMER | GUEST,
    uses=[
        tables.carts.batch_get,
        tables.carts.update,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
    ],
    status=201,
    limit=CODE_TRIES,
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[CartCode], cart_id: str) -> Cart:
    """Put a promotion's code into a cart, up to three."""
    return service.add_code(request.tx, request.principal, cart_id, request.input, if_match=request.if_match)
