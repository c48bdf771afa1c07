"""PUT /api/v1/products/{product_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.products import Product, ProductReplacement
from utils.request import Request
from utils.route import route


@route(
    "PUT",
    "/api/v1/products/{product_id}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.query,
        tables.catalog.put,
        tables.catalog.update,
        tables.catalog.delete,
        tables.catalog.check,
        tables.events.put,
    ],
    versioned=True,
    errors=["CONFLICT"],
)
def handler(request: Request[ProductReplacement], product_id: str) -> Product:
    """Say all anew that is said of a product. Its variants, their prices, its pictures and its status stay."""
    return service.replace_product(request.tx, product_id, request.input, if_match=request.if_match)
