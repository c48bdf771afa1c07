"""PUT /api/v1/variants/{sku}/prices"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.variants import Variant, VariantPrices
from utils.request import Request
from utils.route import route


@route(
    "PUT",
    "/api/v1/variants/{sku}/prices",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.query,
        tables.catalog.put,
        tables.catalog.update,
        tables.events.put,
    ],
    versioned=True,
)
def handler(request: Request[VariantPrices], sku: str) -> Variant:
    """Replace all prices of a variant, one for each currency. If-Match takes the variant's version."""
    return service.set_prices(
        request.tx, sku, request.input, changed_by=request.principal.id, if_match=request.if_match
    )
