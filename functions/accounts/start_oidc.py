"""GET /api/v1/auth/oidc/{provider}/start"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.identities import BeginSignIn
from pushcart.accounts.service import external_begin
from utils.envelope import Answer
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/auth/oidc/{provider}/start",
    access=ANYONE,
    raw="OpenID Connect Core 1.0, 3.1.2.1",
    status=303,
    uses=[tables.accounts.batch_get, tables.ephemeral.put],
    limit=RateLimit("external-sign-in", 60, 60),
    errors=["VALIDATION_ERROR", "NOT_FOUND", "RATE_LIMITED"],
)
def handler(request: Request[BeginSignIn], provider: str) -> Answer:
    """Send the browser to an identity provider to sign in there."""
    return external_begin.begin(request.tx, provider, request.raw_query)
