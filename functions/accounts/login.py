"""POST /api/v1/auth/login"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.sign_in import Login, Tokens
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
        tables.accounts.put,
        tables.ephemeral.batch_get,
        tables.ephemeral.update,
        queues.token_signing.sign,
        queues.token_signing.public_key,
        pepper.read,
    ],
    packages=[ARGON2],
    errors=["UNAUTHENTICATED", "RATE_LIMITED"],
)
def handler(request: Request[Login]) -> Tokens:
    """Open a session for whoever knows the password."""
    client = Client(request.source_ip, request.headers.get("user-agent", ""))
    return sign_in.log_in(request.tx, request.input, client)
