"""POST /api/v1/orders/{order_id}/returns"""

from pushcart import tables
from pushcart.access import CUSTOMER, staff
from pushcart.accounts.service import live_session
from pushcart.orders.goods_schemas import AskReturn, Return
from pushcart.orders.service import returning
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders/{order_id}/returns",
    access=CUSTOMER | staff("returns:write"),
    status=201,
    idempotent=True,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.orders.batch_get,
        tables.orders.put,
        tables.orders.update,
        tables.events.put,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[AskReturn], order_id: str) -> Return:
    """Ask to send back what was shipped of an order, within the days that the shop gives."""
    return returning.ask(request.tx, request.principal, order_id, request.input)
