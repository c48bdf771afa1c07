"""PATCH /api/v1/orders/{order_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import Order
from pushcart.orders.service import editing
from pushcart.orders.staff_schemas import ChangeOrder
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/orders/{order_id}",
    access=staff("orders:write"),
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ChangeOrder], order_id: str) -> Order:
    """Change an order's note, or where it is sent while all of it is still in the house."""
    return editing.change_order(request.tx, order_id, request.input, if_match=request.if_match)
