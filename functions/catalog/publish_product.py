"""POST /api/v1/products/{product_id}/publish"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.products import Product
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/products/{product_id}/publish",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.catalog.query, tables.catalog.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Empty], product_id: str) -> Product:
    """Sell a product from now on. One that is sold already stays as it is."""
    return service.publish_product(request.tx, product_id)
