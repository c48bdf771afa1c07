"""POST /api/v1/orders/{order_id}/payments"""

from pushcart import tables
from pushcart.access import CHECKOUT, CUSTOMER, GUEST
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import PayAgain
from pushcart.payments.service import paying
from pushcart.shapes import Payment
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders/{order_id}/payments",
    access=CUSTOMER | GUEST,
    status=202,
    idempotent=True,
    moves_money=True,
    limit=CHECKOUT,
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
def handler(request: Request[PayAgain], order_id: str) -> Payment:
    """Make another attempt to pay an order whose last one failed, while its stock is held."""
    return paying.pay_again(request.tx, request.principal, order_id, request.input)
