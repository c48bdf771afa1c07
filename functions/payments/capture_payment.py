"""POST /api/v1/payments/{payment_id}/capture"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.payments.schemas import CapturePayment
from pushcart.payments.service import overseeing
from pushcart.shapes import Payment
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/payments/{payment_id}/capture",
    access=staff("payments:write"),
    status=202,
    idempotent=True,
    moves_money=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[CapturePayment], payment_id: str) -> Payment:
    """Ask for what was authorised to be taken, or part of it; the rest is released."""
    return overseeing.request_capture(request.tx, request.principal, payment_id, request.input)
