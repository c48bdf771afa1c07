"""DELETE /api/v1/carts/{cart_id}/promotions/{promotion_code}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "DELETE",
    "/api/v1/carts/{cart_id}/promotions/{promotion_code}",
    access=CUSTOMER | GUEST,
    uses=[tables.carts.batch_get, tables.carts.update, pepper.read],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], cart_id: str, promotion_code: str) -> None:
    """Take a promotion's code out of a cart."""
    service.remove_code(request.tx, request.principal, cart_id, promotion_code, if_match=request.if_match)
