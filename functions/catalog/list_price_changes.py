"""GET /api/v1/variants/{sku}/prices"""

from pushcart import tables
from pushcart.access import staff
from pushcart.catalog import service
from pushcart.catalog.schemas.price_changes import PriceChange, PriceHistoryQuery
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/variants/{sku}/prices",
    access=staff("catalog:read"),
    uses=[tables.catalog.query, tables.catalog.get],
)
def handler(request: Request[PriceHistoryQuery], sku: str) -> Page[PriceChange]:
    """List the changes of a variant's prices, the latest first: who made them, when, and from what to what."""
    return service.list_price_changes(request.tx, sku, request.input, request.start)
