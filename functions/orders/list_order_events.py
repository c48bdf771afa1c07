"""GET /api/v1/orders/{order_id}/events"""

from pushcart import tables
from pushcart.access import GUEST, customer, staff
from pushcart.orders.schemas import OrderEvent
from pushcart.orders.service import reading
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/orders/{order_id}/events",
    access=customer("purchases:read") | GUEST | staff("orders:read"),
    uses=[tables.orders.get, tables.events.query],
)
def handler(request: Request[PageQuery], order_id: str) -> Page[OrderEvent]:
    """List what happened to an order, oldest first."""
    query = request.input
    return reading.list_events(request.tx, request.principal, order_id, limit=query.limit, start=request.start)
