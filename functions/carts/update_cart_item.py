"""PATCH /api/v1/carts/{cart_id}/items/{line_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, CartItemChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/carts/{cart_id}/items/{line_id}",
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
def handler(request: Request[CartItemChanges], cart_id: str, line_id: str) -> Cart:
    """Set how many of a line there are to be."""
    return service.change_item(
        request.tx, request.principal, cart_id, line_id, request.input, if_match=request.if_match
    )
