"""POST /api/v1/payments/{payment_id}/refunds"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.payments.schemas import Refund, RequestRefund
from pushcart.payments.service import overseeing
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/payments/{payment_id}/refunds",
    access=staff("payments:refund"),
    status=202,
    idempotent=True,
    moves_money=True,
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
def handler(request: Request[RequestRefund], payment_id: str) -> Refund:
    """Ask for money to go back: all that is left of a payment, or an amount."""
    return overseeing.request_refund(request.tx, request.principal, payment_id, request.input)
