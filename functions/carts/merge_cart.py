"""POST /api/v1/carts/{cart_id}/merge"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.carts import service
from pushcart.carts.schemas import Cart, MergedCart
from utils.caller import CART_TOKEN
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/carts/{cart_id}/merge",
    access=CUSTOMER,
    uses=[
        tables.carts.batch_get,
        tables.carts.update,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.pricing.batch_get,
    ],
    idempotent=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[MergedCart], cart_id: str) -> Cart:
    """Pour a guest's cart into the caller's own, once. X-Cart-Token shows whose it was; what did not fit is told."""
    return service.merge_cart(request.tx, request.principal, cart_id, request.input, request.headers.get(CART_TOKEN))
