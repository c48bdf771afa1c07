"""POST /api/v1/stock-subscriptions/{token}/confirm"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.inventory import service
from pushcart.inventory.schemas.subscriptions import StockSubscription
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/stock-subscriptions/{token}/confirm",
    access=ANYONE,
    uses=[
        tables.inventory.batch_get,
        tables.inventory.put,
        tables.inventory.delete,
        tables.events.put,
        pepper.read,
    ],
)
def handler(request: Request[Empty], token: str) -> StockSubscription:
    """Say that it was oneself who asked to be told."""
    return service.confirm_subscription(request.tx, token)
