"""DELETE /api/v1/users/me"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import erasing
from pushcart.accounts.sessions import fresh_session
from pushcart.jobs.schemas import Job
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/users/me",
    access=CUSTOMER,
    status=202,
    preconditions=[fresh_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.update,
        tables.work.batch_get,
        tables.work.put,
        tables.events.put,
    ],
    errors=["STEP_UP_REQUIRED", "INVALID_STATE"],
)
def handler(request: Request[Query]) -> Job:
    """Erase the caller: their account is closed at once, and what is personal goes; the books stay."""
    return erasing.request(request.tx, request.principal.id, by=request.principal.id)
