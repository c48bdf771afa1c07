"""POST /api/v1/users/{user_id}/disable"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.service import live_session, standing
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/users/{user_id}/disable",
    access=staff("users:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.query, tables.accounts.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Empty], user_id: str) -> User:
    """Close somebody's account and end its sessions; a PATCH with `"disabled": false` opens it again."""
    return standing.disable(request.tx, request.principal, user_id)
