"""POST /api/v1/payments/{payment_id}/void"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.payments.service import overseeing
from pushcart.shapes import Payment
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/payments/{payment_id}/void",
    access=staff("payments:write"),
    status=202,
    idempotent=True,
    moves_money=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.orders.batch_get, tables.orders.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Empty], payment_id: str) -> Payment:
    """Ask for a payment that holds no money yet to be let go; an order that only it was to pay is cancelled."""
    return overseeing.request_void(request.tx, request.principal, payment_id)
