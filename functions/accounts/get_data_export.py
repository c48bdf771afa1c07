"""GET /api/v1/users/me/data-export"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.privacy import ExportedRecord
from pushcart.accounts.service import exports
from pushcart.accounts.sessions import fresh_session
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/users/me/data-export",
    access=CUSTOMER,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.query],
    errors=["STEP_UP_REQUIRED", "NOT_FOUND"],
)
def handler(request: Request[PageQuery]) -> Page[ExportedRecord]:
    """Fetch the latest export, a page at a time; it is kept for a week."""
    limit = request.input.limit
    return exports.fetch(request.tx, request.principal.id, limit=limit, start=request.start)
