"""PATCH /api/v1/variants/{sku}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.variants import Variant, VariantChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/variants/{sku}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.query,
        tables.catalog.update,
        tables.events.put,
    ],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[VariantChanges], sku: str) -> Variant:
    """Change what is said of a variant. Its prices have a route of their own. If-Match takes the variant's version."""
    return service.change_variant(request.tx, sku, request.input, if_match=request.if_match)
