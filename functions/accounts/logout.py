"""POST /api/v1/auth/logout"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.sign_in import RefreshToken
from pushcart.accounts.service import rotation
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/auth/logout",
    access=ANYONE,
    idempotent=False,
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put, pepper.read],
)
def handler(request: Request[RefreshToken]) -> None:
    """End the session of a refresh token; one that has ended, or never was, is answered the same."""
    rotation.log_out(request.tx, request.input.refresh_token)
