"""POST /api/v1/auth/mfa/totp/confirm"""

from pushcart import queues, tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.factors import ConfirmTotp, RecoveryCodes
from pushcart.accounts.service import factors
from pushcart.accounts.sessions import live_session
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/mfa/totp/confirm",
    access=CUSTOMER,
    # No key: recovery codes are kept nowhere. Whoever loses this answer removes the factor and enrols again.
    idempotent=False,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.update,
        tables.events.put,
        queues.factor_secrets.decrypt,
        pepper.read,
    ],
    errors=["INVALID_STATE", "RATE_LIMITED"],
)
def handler(request: Request[ConfirmTotp]) -> RecoveryCodes:
    """Switch the second factor on, by the app's first code; the recovery codes are shown this once."""
    return factors.confirm(request.tx, request.principal, request.input)
