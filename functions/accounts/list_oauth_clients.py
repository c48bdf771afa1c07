"""GET /api/v1/oauth/clients"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.clients import OAuthClient
from pushcart.accounts.service import clients
from pushcart.accounts.sessions import live_session
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/oauth/clients",
    access=staff("keys:manage"),
    preconditions=[live_session],
    uses=[tables.accounts.get, tables.accounts["keys_by_created"].query],
)
def handler(request: Request[PageQuery]) -> Page[OAuthClient]:
    """List the OAuth clients, the youngest first."""
    return clients.list_clients(limit=request.input.limit, start=request.start)
