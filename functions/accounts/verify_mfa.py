"""POST /api/v1/auth/mfa/verify"""

from pushcart import queues, tables
from pushcart.access import CUSTOMER, GUEST
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.factors import Proof, Proved
from pushcart.accounts.service import proofs
from pushcart.accounts.sessions import Client, live_session
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/mfa/verify",
    access=CUSTOMER | GUEST,
    idempotent=False,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.check,
        tables.events.put,
        queues.factor_secrets.decrypt,
        queues.token_signing.sign,
        queues.token_signing.public_key,
        pepper.read,
    ],
    packages=[ARGON2],
    errors=["UNAUTHENTICATED", "RATE_LIMITED"],
)
def handler(request: Request[Proof]) -> Proved:
    """Complete a log-in by its second factor, or prove anew who one is before a dangerous act."""
    client = Client.of(request)
    if request.input.mfa_token is not None:
        return Proved(proofs.complete_log_in(request.tx, request.input.mfa_token, request.input, client))
    return Proved(proofs.step_up(request.tx, request.principal, request.input, client))
