"""POST /api/v1/auth/verify-email"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.passwords import VerifiedEmail, VerifyEmail
from pushcart.accounts.service import email_verification
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/auth/verify-email",
    access=ANYONE,
    idempotent=False,
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
)
def handler(request: Request[VerifyEmail]) -> VerifiedEmail:
    """Verify an address by the token that was mailed to it; shown again, it is answered the same."""
    return email_verification.verify_email(request.tx, request.input.token)
