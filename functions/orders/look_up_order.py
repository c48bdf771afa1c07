"""POST /api/v1/orders/lookup"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.orders.service import looking_up
from pushcart.orders.staff_schemas import LookUpOrder, OrderLookedUp
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/orders/lookup",
    access=ANYONE,
    status=202,
    uses=[
        tables.orders.batch_get,
        tables.events.put,
        tables.ephemeral.put,
        pepper.read,
    ],
    limit=RateLimit("order-lookups", 30, 3600),
)
def handler(request: Request[LookUpOrder]) -> OrderLookedUp:
    """Have a link to an order mailed to its buyer; the answer is the same when there is no such order."""
    return looking_up.look_up(request.tx, request.input)
