"""POST /api/v1/orders/{order_id}/fulfillments"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.orders.goods_schemas import Fulfillment, ShipOrder
from pushcart.orders.service import fulfilling
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders/{order_id}/fulfillments",
    access=staff("orders:write"),
    status=201,
    idempotent=True,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.orders.batch_get,
        tables.orders.put,
        tables.orders.update,
        tables.inventory.batch_get,
        tables.inventory.update,
        tables.events.put,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ShipOrder], order_id: str) -> Fulfillment:
    """Send a parcel of a paid order: what is named of it, or all that is left."""
    return fulfilling.ship(request.tx, request.principal, order_id, request.input)
