"""PATCH /api/v1/tax-rates/{tax_rate_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.taxes import TaxRate, TaxRateChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/tax-rates/{tax_rate_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get, tables.pricing.update, tables.events.put],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[TaxRateChanges], tax_rate_id: str) -> TaxRate:
    """Change what is named of a rate of tax; where it holds stays."""
    return service.change_rate(request.tx, tax_rate_id, request.input, if_match=request.if_match)
