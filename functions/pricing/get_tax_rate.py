"""GET /api/v1/tax-rates/{tax_rate_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.taxes import TaxRate
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/tax-rates/{tax_rate_id}",
    access=staff("pricing:read"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get],
    etag=True,
)
def handler(request: Request[Query], tax_rate_id: str) -> TaxRate:
    """Show a rate of tax."""
    return service.show_rate(request.tx, tax_rate_id)
