"""GET /api/v1/users/{user_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.service import live_session, users
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/users/{user_id}",
    access=staff("users:read"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get],
    etag=True,
)
def handler(request: Request[Query], user_id: str) -> User:
    """Show somebody's account."""
    return users.show_user(request.tx, user_id)
