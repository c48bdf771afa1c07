"""DELETE /api/v1/variants/{sku}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/variants/{sku}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.query,
        tables.catalog.update,
        tables.events.put,
    ],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], sku: str) -> None:
    """Sell a variant no more; its SKU stays taken. If-Match takes the variant's version."""
    service.withdraw_variant(request.tx, sku, if_match=request.if_match)
