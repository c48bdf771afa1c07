"""POST /api/v1/auth/refresh"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.sign_in import RefreshToken, Tokens
from pushcart.accounts.service import rotation
from pushcart.accounts.sessions import Client
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/refresh",
    access=ANYONE,
    idempotent=False,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.update,
        tables.events.put,
        queues.token_signing.sign,
        queues.token_signing.public_key,
        pepper.read,
    ],
    errors=["UNAUTHENTICATED"],
)
def handler(request: Request[RefreshToken]) -> Tokens:
    """Exchange a refresh token, once, for its successor and a fresh access token."""
    return rotation.refresh(request.tx, request.input.refresh_token, Client.of(request))
