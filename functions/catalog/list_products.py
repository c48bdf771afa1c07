"""GET /api/v1/products"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.catalog import service
from pushcart.catalog.schemas.products import ProductQuery, ProductSummary
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/products",
    access=ANYONE,
    uses=[tables.catalog["by_status"].query, tables.catalog["by_category"].query],
    etag=True,
    cache_seconds=60,
)
def handler(request: Request[ProductQuery]) -> Page[ProductSummary]:
    """List what is sold, the newest first unless asked otherwise."""
    return service.list_products(request.input, request.start)
