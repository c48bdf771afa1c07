"""GET /api/v1/orders"""

from pushcart import tables
from pushcart.access import customer, staff
from pushcart.orders.schemas import OrderQuery, OrderSummary
from pushcart.orders.service import reading
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/orders",
    access=customer("purchases:read") | staff("orders:read"),
    uses=[tables.orders["by_customer"].query, tables.orders["by_status"].query, tables.orders["all"].query],
)
def handler(request: Request[OrderQuery]) -> Page[OrderSummary]:
    """List the caller's orders, the latest first; everybody's for staff."""
    return reading.list_orders(request.principal, request.input, request.start)
