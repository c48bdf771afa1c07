"""PATCH /api/v1/users/{user_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import ChangeUser
from pushcart.accounts.service import live_session, users
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/users/{user_id}",
    access=staff("users:write"),
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
)
def handler(request: Request[ChangeUser], user_id: str) -> User:
    """Change what is named of somebody's account, or open it again; staff's accounts are an admin's concern."""
    return users.change_user(request.tx, request.principal, user_id, request.input, if_match=request.if_match)
