"""DELETE /api/v1/carts/{cart_id}/items/{line_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.carts import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "DELETE",
    "/api/v1/carts/{cart_id}/items/{line_id}",
    access=CUSTOMER | GUEST,
    uses=[tables.carts.batch_get, tables.carts.update, pepper.read],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], cart_id: str, line_id: str) -> None:
    """Take a line out of a cart."""
    service.remove_item(request.tx, request.principal, cart_id, line_id, if_match=request.if_match)
