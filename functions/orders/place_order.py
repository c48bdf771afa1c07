"""POST /api/v1/orders"""

from pushcart import tables
from pushcart.access import CHECKOUT, CUSTOMER, GUEST
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import Order, PlaceOrder
from pushcart.orders.service import checkout
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders",
    access=CUSTOMER | GUEST,
    status=201,
    idempotent=True,
    moves_money=True,
    limit=CHECKOUT,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.carts.batch_get,
        tables.carts.update,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.inventory.update,
        tables.inventory.put,
        tables.pricing.batch_get,
        tables.pricing.update,
        tables.orders.put,
        tables.events.put,
    ],
    errors=["INSUFFICIENT_STOCK", "INVALID_STATE"],
)
def handler(request: Request[PlaceOrder]) -> Order:
    """Turn a cart into an order that waits for its payment."""
    return checkout.place_order(request.tx, request.principal, request.input, request.issue_token)
