"""GET /api/v1/orders/{order_id}"""

from pushcart import tables
from pushcart.access import GUEST, customer, staff
from pushcart.orders.schemas import Order
from pushcart.orders.service import reading
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/orders/{order_id}",
    access=customer("purchases:read") | GUEST | staff("orders:read"),
    uses=[tables.orders.batch_get, pepper.read],
)
def handler(request: Request[Query], order_id: str) -> Order:
    """Show an order: to its customer, to the guest who has its token, or to staff."""
    return reading.show_order(request.tx, request.principal, order_id)
