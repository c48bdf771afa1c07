"""GET /api/v1/users/me"""

from pushcart import tables
from pushcart.access import customer
from pushcart.accounts.schemas.people import User
from pushcart.accounts.service import profiles
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/users/me", access=customer("profile:read"), uses=[tables.accounts.get], etag=True)
def handler(request: Request[Query]) -> User:
    """Show the caller's own profile."""
    return profiles.show_me(request.tx, request.principal.id)
