"""PUT /api/v1/users/me/password"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.passwords import ChangePassword
from pushcart.accounts.service import live_session, new_passwords
from pushcart.accounts.sessions import Client
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "PUT",
    "/api/v1/users/me/password",
    access=CUSTOMER,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.update,
        tables.events.put,
        pepper.read,
    ],
    packages=[ARGON2],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[ChangePassword]) -> None:
    """Set the caller's own password; their other sessions end."""
    new_passwords.change_password(request.tx, request.principal, request.input, Client.of(request))
