"""GET /api/v1/products/{product_id}/media"""

from pushcart import tables
from pushcart.access import staff
from pushcart.catalog import service
from pushcart.catalog.schemas.media import MediaQuery, Medium
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/products/{product_id}/media",
    access=staff("catalog:read"),
    uses=[tables.catalog.query, tables.catalog.get],
)
def handler(request: Request[MediaQuery], product_id: str) -> Page[Medium]:
    """List all pictures of a product, those that are waited for or were rejected among them."""
    return service.list_media(request.tx, product_id, request.input, request.start)
