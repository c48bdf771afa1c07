"""GET /api/v1/categories"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.catalog import service
from pushcart.catalog.schemas.categories import Category, CategoryQuery
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/categories",
    access=ANYONE,
    uses=[tables.catalog["categories"].query],
    etag=True,
    cache_seconds=60,
)
def handler(request: Request[CategoryQuery]) -> Page[Category]:
    """List all categories by rank, each with its place in the tree."""
    return service.list_categories(request.input, request.start)
