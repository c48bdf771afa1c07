"""POST /api/v1/users"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import CreateUser
from pushcart.accounts.service import live_session, users
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/users",
    access=staff("users:write"),
    status=201,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.check,
        tables.events.put,
        pepper.read,
    ],
    errors=["EMAIL_TAKEN", "STEP_UP_REQUIRED"],
)
def handler(request: Request[CreateUser]) -> User:
    """Make an account for somebody, and have a link mailed by which they set its password."""
    return users.create_user(request.tx, request.principal, request.input)
