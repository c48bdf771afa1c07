"""POST /api/v1/auth/mfa/totp"""

from pushcart import queues, tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.factors import TotpEnrolment
from pushcart.accounts.service import factors
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route
from utils.schemas import Empty


@route(
    "POST",
    "/api/v1/auth/mfa/totp",
    access=CUSTOMER,
    status=201,
    # No key: its answer is a secret that must not be kept, and whoever asks again gets a new one.
    idempotent=False,
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.put, queues.factor_secrets.encrypt],
    errors=["STEP_UP_REQUIRED", "INVALID_STATE"],
)
def handler(request: Request[Empty]) -> TotpEnrolment:
    """Make a secret for an authenticator app; its first code switches the second factor on."""
    return factors.enrol(request.tx, request.principal)
