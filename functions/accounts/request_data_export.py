"""POST /api/v1/users/me/data-export"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import exports
from pushcart.accounts.sessions import fresh_session
from pushcart.jobs.schemas import Job
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/users/me/data-export",
    access=CUSTOMER,
    status=202,
    preconditions=[fresh_session],
    limit=RateLimit("data-exports", 3, 24 * 3600),
    uses=[tables.accounts.batch_get, tables.work.put, tables.events.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[Empty]) -> Job:
    """Have all that the shop holds about the caller put together; a mail tells when it can be fetched."""
    return exports.request(request.tx, request.principal.id)
