"""POST /api/v1/auth/password/forgot"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.passwords import ForgotPassword, ResetAsked
from pushcart.accounts.service import forgotten_passwords
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/password/forgot",
    access=ANYONE,
    status=202,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.put,
        tables.events.put,
        tables.ephemeral.put,
        pepper.read,
    ],
    limit=RateLimit("password-resets", 30, 3600),
)
def handler(request: Request[ForgotPassword]) -> ResetAsked:
    """Have a link mailed by which a new password can be set; the answer is the same when there is no such account."""
    return forgotten_passwords.ask_for_reset(request.tx, request.input.email)
