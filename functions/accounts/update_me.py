"""PATCH /api/v1/users/me"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.people import ChangeMe, User
from pushcart.accounts.service import live_session, profiles
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/users/me",
    access=CUSTOMER,
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
)
def handler(request: Request[ChangeMe]) -> User:
    """Change what is named of the caller's own profile."""
    return profiles.change_me(request.tx, request.principal.id, request.input, if_match=request.if_match)
