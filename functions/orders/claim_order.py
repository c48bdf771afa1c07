"""POST /api/v1/orders/{order_id}/claim"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import Order
from pushcart.orders.service import claiming
from pushcart.orders.staff_schemas import ClaimOrder
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders/{order_id}/claim",
    access=CUSTOMER,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ClaimOrder], order_id: str) -> Order:
    """Take an order that was placed as a guest into one's account, by its token and the same, confirmed address."""
    token = request.input.order_token or request.headers.get(claiming.HEADER)
    return claiming.claim_order(request.tx, request.principal, order_id, token)
