"""POST /api/v1/products"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.products import NewProduct, Product
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/products",
    access=staff("catalog:write"),
    preconditions=[live_session],
    status=201,
    uses=[tables.accounts.batch_get, tables.catalog.put, tables.catalog.check, tables.events.put],
    errors=["CONFLICT"],
)
def handler(request: Request[NewProduct]) -> Product:
    """Write a product, as a draft, with its variants and their prices."""
    return service.create_product(request.tx, request.input)
