"""GET /api/v1/auth/sessions"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.sessions import Session
from pushcart.accounts.service import live_session, own_sessions
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/auth/sessions",
    access=CUSTOMER,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.query],
)
def handler(request: Request[PageQuery]) -> Page[Session]:
    """List the caller's own sessions that still live, the newest first."""
    return own_sessions.list_sessions(request.tx, request.principal, limit=request.input.limit, start=request.start)
