"""POST /api/v1/stock-subscriptions"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.inventory import service
from pushcart.inventory.schemas.subscriptions import SubscribeToStock, SubscriptionAsked
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/stock-subscriptions",
    access=ANYONE,
    status=202,
    uses=[
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.put,
        tables.events.put,
        tables.ephemeral.put,
        pepper.read,
    ],
    limit=RateLimit("stock-subscriptions", 30, 3600),
)
def handler(request: Request[SubscribeToStock]) -> SubscriptionAsked:
    """Have a link mailed by which to be told when something can be had again; the answer is always the same."""
    return service.subscribe(request.tx, request.input)
