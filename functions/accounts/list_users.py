"""GET /api/v1/users"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import UserQuery
from pushcart.accounts.service import live_session, users
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/users",
    access=staff("users:read"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.get, tables.accounts["by_created"].query],
)
def handler(request: Request[UserQuery]) -> Page[User]:
    """List people's accounts, the newest first; or find the one of an address."""
    return users.list_users(request.tx, request.input, request.start)
