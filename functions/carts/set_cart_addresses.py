"""PUT /api/v1/carts/{cart_id}/addresses"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from pushcart.carts.schemas import Cart, CartAddresses
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "PUT",
    "/api/v1/carts/{cart_id}/addresses",
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
def handler(request: Request[CartAddresses], cart_id: str) -> Cart:
    """Say where the goods go and who is billed. What is left out is taken away."""
    return service.set_addresses(request.tx, request.principal, cart_id, request.input, if_match=request.if_match)
