"""GET /api/v1/admin/products/{product_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.catalog import service
from pushcart.catalog.schemas.products import Product
from utils.route import route


@route(
    "GET",
    "/api/v1/admin/products/{product_id}",
    access=staff("catalog:read"),
    uses=[tables.catalog.query],
    etag=True,
)
def handler(product_id: str) -> Product:
    """Show a product whatever its status is. Its ETag is good for the next change."""
    return service.show_catalogue_product(product_id)
