"""POST /api/v1/orders/{order_id}/cancel"""

from pushcart import tables
from pushcart.access import CUSTOMER, GUEST, staff
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import Order
from pushcart.orders.service import cancelling
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/orders/{order_id}/cancel",
    access=CUSTOMER | GUEST | staff("orders:cancel"),
    status=202,
    idempotent=True,
    moves_money=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Empty], order_id: str) -> Order:
    """Ask for the end of an order of which nothing was shipped; what was paid for it is given back first."""
    return cancelling.request_cancel(request.tx, request.principal, order_id)
