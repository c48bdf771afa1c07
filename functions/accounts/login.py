"""POST /api/v1/auth/login"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.factors import LogInAnswer
from pushcart.accounts.schemas.sign_in import Login
from pushcart.accounts.service import sign_in
from pushcart.accounts.sessions import Client
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/login",
    access=ANYONE,
    idempotent=False,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.check,
        tables.ephemeral.batch_get,
        tables.ephemeral.update,
        tables.events.put,
        queues.token_signing.sign,
        queues.token_signing.public_key,
        pepper.read,
    ],
    packages=[ARGON2],
    errors=["UNAUTHENTICATED", "RATE_LIMITED"],
)
def handler(request: Request[Login]) -> LogInAnswer:
    """Open a session for whoever knows the password, or ask for the account's second factor."""
    return LogInAnswer(sign_in.log_in(request.tx, request.input, Client.of(request)))
