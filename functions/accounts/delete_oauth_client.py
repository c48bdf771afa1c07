"""DELETE /api/v1/oauth/clients/{client_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import clients
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/oauth/clients/{client_id}",
    access=staff("keys:manage"),
    versioned=True,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[Query], client_id: str) -> None:
    """Take an OAuth client away, and with it its sessions and tokens."""
    clients.remove_client(request.tx, client_id, by=request.principal.id, if_match=request.if_match)
