"""POST /api/v1/oauth/clients"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.clients import RegisteredOAuthClient, RegisterOAuthClient
from pushcart.accounts.service import clients
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/oauth/clients",
    access=staff("keys:manage"),
    status=201,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.put, tables.events.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[RegisterOAuthClient]) -> RegisteredOAuthClient:
    """Register an OAuth client; its secret is shown this once."""
    return clients.register_client(request.tx, request.input, by=request.principal.id, issue_secret=request.issue_token)
