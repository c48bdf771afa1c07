"""GET /api/v1/auth/oidc/{provider}/callback"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts.schemas.identities import ProviderAnswer
from pushcart.accounts.service import external_sign_in
from pushcart.accounts.sessions import Client
from pushcart.accounts.verification import CRYPTOGRAPHY
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/auth/oidc/{provider}/callback",
    access=ANYONE,
    raw="OpenID Connect Core 1.0, 3.1.2.5",
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.delete,
        tables.accounts.check,
        tables.ephemeral.get,
        tables.ephemeral.delete,
        tables.events.put,
        queues.token_signing.sign,
        queues.token_signing.public_key,
        queues.oidc_clients.read,
        pepper.read,
    ],
    packages=[CRYPTOGRAPHY],
    errors=["VALIDATION_ERROR", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"],
)
def handler(request: Request[ProviderAnswer], provider: str) -> Answer:
    """Take the browser back from an identity provider, and sign in whomever it vouches for."""
    client = Client.of(request)
    return external_sign_in.finish(request.tx, provider, request.raw_query, request.cookies, client)
