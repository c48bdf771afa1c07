"""DELETE /api/v1/carts/{cart_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "DELETE",
    "/api/v1/carts/{cart_id}",
    access=CUSTOMER | GUEST,
    uses=[tables.carts.batch_get, tables.carts.delete, pepper.read],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], cart_id: str) -> None:
    """Throw a cart away, with the addresses in it."""
    service.remove_cart(request.tx, request.principal, cart_id, if_match=request.if_match)
