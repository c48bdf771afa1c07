"""GET /api/v1/payments/{payment_id}"""

from pushcart import tables
from pushcart.access import GUEST, customer, staff
from pushcart.payments.service import paying
from pushcart.shapes import Payment
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/payments/{payment_id}",
    access=customer("purchases:read") | GUEST | staff("payments:read"),
    uses=[tables.orders.batch_get, pepper.read],
)
def handler(request: Request[Query], payment_id: str) -> Payment:
    """Show a payment: to whoever may see its order."""
    return paying.show_payment(request.tx, request.principal, payment_id)
