"""PATCH /api/v1/orders/{order_id}/fulfillments/{fulfillment_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.orders.goods_schemas import ChangeFulfillment, Fulfillment
from pushcart.orders.service import fulfilling
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/orders/{order_id}/fulfillments/{fulfillment_id}",
    access=staff("orders:write"),
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ChangeFulfillment], order_id: str, fulfillment_id: str) -> Fulfillment:
    """Say how a parcel travels, or that it arrived. When all of an order has arrived, the order is completed."""
    return fulfilling.change(
        request.tx, request.principal, order_id, fulfillment_id, request.input, if_match=request.if_match
    )
