"""DELETE /api/v1/users/{user_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session, standing
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/users/{user_id}",
    access=staff("users:write"),
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.query, tables.accounts.update, tables.events.put],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], user_id: str) -> None:
    """Take somebody's account away; its data stay until it is erased, and the last admin stays."""
    standing.delete(request.tx, request.principal, user_id, if_match=request.if_match)
