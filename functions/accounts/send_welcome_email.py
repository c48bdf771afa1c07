"""POST /api/v1/users/{user_id}/welcome-email"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.users import WelcomeMail
from pushcart.accounts.service import live_session, welcome
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/users/{user_id}/welcome-email",
    access=staff("users:write"),
    status=202,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.put,
        tables.accounts.update,
        tables.events.put,
        tables.ephemeral.put,
        pepper.read,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[Empty], user_id: str) -> WelcomeMail:
    """Have a welcome mailed, or an invitation to who has no password yet; three in an hour to one account."""
    return welcome.send(request.tx, request.principal, user_id)
