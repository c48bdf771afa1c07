"""DELETE /api/v1/products/{product_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/products/{product_id}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.catalog.query, tables.catalog.update, tables.events.put],
    versioned=True,
)
def handler(request: Request[Query], product_id: str) -> None:
    """Withdraw a product: it is archived, and its SKUs stay taken."""
    service.archive_product(request.tx, product_id, if_match=request.if_match)
