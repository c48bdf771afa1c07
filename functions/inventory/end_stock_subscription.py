"""DELETE /api/v1/stock-subscriptions/{token}"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.inventory import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "DELETE",
    "/api/v1/stock-subscriptions/{token}",
    access=ANYONE,
    uses=[tables.inventory.delete, pepper.read],
)
def handler(request: Request[Query], token: str) -> None:
    """Be told no more."""
    service.end_subscription(request.tx, token)
