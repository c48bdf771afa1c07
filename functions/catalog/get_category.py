"""GET /api/v1/categories/{category_id}"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.catalog import service
from pushcart.catalog.schemas.categories import Category
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/categories/{category_id}",
    access=ANYONE,
    uses=[tables.catalog.get],
    etag=True,
    cache_seconds=60,
)
def handler(request: Request[Query], category_id: str) -> Category:
    """Show a category and its place in the tree."""
    return service.show_category(request.tx, category_id)
