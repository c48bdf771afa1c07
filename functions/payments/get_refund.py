"""GET /api/v1/refunds/{refund_id}"""

from pushcart import tables
from pushcart.access import GUEST, customer, staff
from pushcart.payments.schemas import Refund
from pushcart.payments.service import overseeing
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/refunds/{refund_id}",
    access=customer("purchases:read") | GUEST | staff("payments:read"),
    uses=[tables.orders.batch_get, pepper.read],
)
def handler(request: Request[Query], refund_id: str) -> Refund:
    """Show a refund: to whoever may see its order."""
    return overseeing.show_refund(request.tx, request.principal, refund_id)
