"""GET /api/v1/products/{product_id}"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.catalog import service
from pushcart.catalog.schemas.products import Product
from utils.route import route


@route(
    "GET",
    "/api/v1/products/{product_id}",
    access=ANYONE,
    uses=[tables.catalog.query],
    etag=True,
    cache_seconds=60,
)
def handler(product_id: str) -> Product:
    """Show a product that is sold, with its variants."""
    return service.show_product(product_id)
