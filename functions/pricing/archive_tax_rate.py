"""DELETE /api/v1/tax-rates/{tax_rate_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/tax-rates/{tax_rate_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.pricing.batch_get,
        tables.pricing.update,
        tables.pricing.delete,
        tables.events.put,
    ],
    versioned=True,
)
def handler(request: Request[Query], tax_rate_id: str) -> None:
    """Let a rate of tax hold no more: it is archived, and its place is free for another."""
    service.archive_rate(request.tx, tax_rate_id, if_match=request.if_match)
