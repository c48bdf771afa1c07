"""POST /api/v1/users/{user_id}/erase"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import erasing
from pushcart.accounts.sessions import fresh_session
from pushcart.jobs.schemas import Job
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/users/{user_id}/erase",
    access=staff("users:erase"),
    status=202,
    idempotent=True,
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
def handler(request: Request[Empty], user_id: str) -> Job:
    """Erase somebody: their account is closed at once, and what is personal goes; the books stay."""
    return erasing.request(request.tx, user_id, by=request.principal.id)
