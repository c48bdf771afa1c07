"""POST /api/v1/oauth/token"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.accounts import oauth_answers
from pushcart.accounts.access_tokens import SIGNING
from pushcart.accounts.service import token_grants
from pushcart.accounts.sessions import Client
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/oauth/token",
    access=ANYONE,
    raw="RFC 6749, 5.1",
    idempotent=False,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.check,
        tables.events.put,
        *SIGNING,
        pepper.read,
    ],
)
def handler(request: Request[Empty]) -> Answer:
    """Give an OAuth client tokens, for a code, for a refresh token or for itself."""
    client = Client.of(request)
    return oauth_answers.answered(
        request.tx, lambda: token_grants.give_tokens(request.tx, request.headers, request.body, client)
    )
