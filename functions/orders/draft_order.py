"""POST /api/v1/orders/drafts"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.orders.schemas import Order
from pushcart.orders.service import drafting
from pushcart.orders.staff_schemas import DraftOrder
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/orders/drafts",
    access=staff("orders:write"),
    status=201,
    idempotent=True,
    moves_money=True,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
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
def handler(request: Request[DraftOrder]) -> Order:
    """Place an order in somebody's name at the shop's own prices, and mail them a link to pay it."""
    return drafting.draft_order(request.tx, request.input)
