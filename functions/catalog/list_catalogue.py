"""GET /api/v1/admin/products"""

from pushcart import tables
from pushcart.access import staff
from pushcart.catalog import service
from pushcart.catalog.schemas.products import CatalogueQuery, ProductSummary
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/admin/products",
    access=staff("catalog:read"),
    uses=[tables.catalog["by_status"].query, tables.catalog["by_category"].query],
)
def handler(request: Request[CatalogueQuery]) -> Page[ProductSummary]:
    """List products of one status, drafts unless asked otherwise, the newest first unless asked otherwise."""
    return service.list_catalogue(request.input, request.start)
