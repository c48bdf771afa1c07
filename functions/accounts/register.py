"""POST /api/v1/auth/register"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.passwords import ARGON2
from pushcart.accounts.schemas.sign_in import Register, Registered
from pushcart.accounts.service import registration
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/auth/register",
    access=ANYONE,
    status=202,
    idempotent=True,
    uses=[tables.accounts.batch_get, tables.accounts.put, tables.events.put],
    packages=[ARGON2],
    limit=RateLimit("registrations", 100, 3600),
)
def handler(request: Request[Register]) -> Registered:
    """Make an account; the answer is the same when the address has one."""
    return registration.register(request.tx, request.input)
