"""POST /api/v1/products/{product_id}/variants"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.variants import NewVariant, Variant
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/products/{product_id}/variants",
    access=staff("catalog:write"),
    preconditions=[live_session],
    status=201,
    uses=[
        tables.accounts.batch_get,
        tables.catalog.query,
        tables.catalog.put,
        tables.catalog.update,
        tables.events.put,
    ],
    errors=["CONFLICT", "INVALID_STATE"],
)
def handler(request: Request[NewVariant], product_id: str) -> Variant:
    """Add a variant to a product."""
    return service.add_variant(request.tx, product_id, request.input)
