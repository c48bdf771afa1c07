"""GET /api/v1/payments"""

from pushcart import tables
from pushcart.access import staff
from pushcart.payments.schemas import PaymentQuery
from pushcart.payments.service import overseeing
from pushcart.shapes import Payment
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/payments",
    access=staff("payments:read"),
    uses=[tables.orders["payments"].query, tables.orders["by_status"].query],
)
def handler(request: Request[PaymentQuery]) -> Page[Payment]:
    """List attempts to pay, the latest first: all, or those in one state."""
    return overseeing.list_payments(request.input, request.start)
