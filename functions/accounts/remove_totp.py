"""DELETE /api/v1/auth/mfa/totp"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import factors
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/auth/mfa/totp",
    access=CUSTOMER,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.accounts.delete, tables.events.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[Query]) -> None:
    """Switch the second factor off, and forget it with its recovery codes."""
    factors.remove(request.tx, request.principal)
