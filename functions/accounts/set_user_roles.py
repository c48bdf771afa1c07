"""PUT /api/v1/users/{user_id}/roles"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import SetRoles
from pushcart.accounts.service import standing
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route


@route(
    "PUT",
    "/api/v1/users/{user_id}/roles",
    access=staff("users:roles"),
    versioned=True,
    preconditions=[fresh_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.update,
        tables.accounts.check,
        tables.events.put,
    ],
    errors=["STEP_UP_REQUIRED", "INVALID_STATE"],
)
def handler(request: Request[SetRoles], user_id: str) -> User:
    """Say what roles somebody holds; nobody says it of themselves, and the last admin stays."""
    return standing.set_roles(request.tx, request.principal, user_id, request.input, if_match=request.if_match)
