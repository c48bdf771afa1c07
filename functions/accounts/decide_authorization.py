"""POST /api/v1/oauth/authorize"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts import oauth_answers
from pushcart.accounts.service import authorization
from pushcart.accounts.sessions import fresh_session
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/oauth/authorize",
    access=CUSTOMER,
    raw="RFC 6749, 4.1.2",
    idempotent=False,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[Empty]) -> Answer:
    """Approve or deny what an OAuth client asks the caller for, and tell where to send them back to."""
    return oauth_answers.answered(
        request.tx,
        lambda: authorization.decide(request.tx, request.principal, request.headers, request.body),
    )
