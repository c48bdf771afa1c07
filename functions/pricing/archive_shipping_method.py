"""DELETE /api/v1/shipping-methods/{shipping_method_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/shipping-methods/{shipping_method_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get, tables.pricing.update, tables.events.put],
    versioned=True,
)
def handler(request: Request[Query], shipping_method_id: str) -> None:
    """Offer a way to deliver no more: it is archived."""
    service.archive_method(request.tx, shipping_method_id, if_match=request.if_match)
