"""POST /api/v1/tax-rates"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.taxes import NewTaxRate, TaxRate
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/tax-rates",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.pricing.batch_get,
        tables.pricing.put,
        tables.pricing.update,
        tables.events.put,
    ],
    status=201,
    errors=["CONFLICT", "INVALID_STATE"],
)
def handler(request: Request[NewTaxRate]) -> TaxRate:
    """Make a rate of tax for a country, or for a region of it."""
    return service.create_rate(request.tx, request.input)
