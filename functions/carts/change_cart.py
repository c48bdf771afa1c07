"""PATCH /api/v1/carts/{cart_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, CartChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/carts/{cart_id}",
    access=CUSTOMER | GUEST,
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
def handler(request: Request[CartChanges], cart_id: str) -> Cart:
    """Say what a cart is paid in: its prices are those of that currency from then on."""
    return service.change_cart(request.tx, request.principal, cart_id, request.input, if_match=request.if_match)
