"""POST /api/v1/auth/password/reset"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.passwords import ResetPassword
from pushcart.accounts.service import new_passwords
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/auth/password/reset",
    access=ANYONE,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.delete,
        tables.events.put,
    ],
    packages=[ARGON2],
)
def handler(request: Request[ResetPassword]) -> None:
    """Set a password by the token of a reset link or an invitation, and end all sessions of the account."""
    new_passwords.reset_password(request.tx, request.input)
