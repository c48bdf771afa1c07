"""POST /api/v1/oauth/introspect"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts import oauth_answers
from pushcart.accounts.service import introspection
from pushcart.accounts.sessions import Client
from pushcart.accounts.verification import CRYPTOGRAPHY
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/oauth/introspect",
    access=ANYONE,
    raw="RFC 7662",
    idempotent=False,
    uses=[tables.accounts.batch_get, tables.accounts.query, queues.token_signing.public_key, pepper.read],
    packages=[CRYPTOGRAPHY],
)
def handler(request: Request[Empty]) -> Answer:
    """Tell a confidential OAuth client whether a token is live."""
    client = Client.of(request)
    return oauth_answers.answered(
        request.tx, lambda: introspection.introspect(request.tx, request.headers, request.body, client)
    )
