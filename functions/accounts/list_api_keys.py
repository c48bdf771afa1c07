"""GET /api/v1/api-keys"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.api_keys import ApiKey
from pushcart.accounts.service import api_keys, live_session
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/api-keys",
    access=staff("keys:manage"),
    preconditions=[live_session],
    uses=[tables.accounts.get, tables.accounts["keys_by_created"].query],
)
def handler(request: Request[PageQuery]) -> Page[ApiKey]:
    """List the keys of programs, the youngest first, without their secrets."""
    return api_keys.list_keys(request.input, request.start)
