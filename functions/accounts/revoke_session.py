"""DELETE /api/v1/auth/sessions/{session_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import live_session, own_sessions
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/auth/sessions/{session_id}",
    access=CUSTOMER,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
)
def handler(request: Request[Query], session_id: str) -> None:
    """End one of the caller's own sessions; one that has ended already is answered the same."""
    own_sessions.revoke_session(request.tx, request.principal, session_id)
