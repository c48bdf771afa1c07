"""POST /api/v1/oauth/revoke"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts import oauth_answers
from pushcart.accounts.service import revocation
from pushcart.accounts.sessions import Client
from pushcart.accounts.verification import CRYPTOGRAPHY
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/oauth/revoke",
    access=ANYONE,
    raw="RFC 7009",
    idempotent=False,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.query,
        tables.accounts.update,
        tables.events.put,
        queues.token_signing.public_key,
        pepper.read,
    ],
    packages=[CRYPTOGRAPHY],
)
def handler(request: Request[Empty]) -> Answer:
    """End the session of a token that an OAuth client gives back."""
    client = Client.of(request)
    return oauth_answers.answered(
        request.tx, lambda: revocation.revoke(request.tx, request.headers, request.body, client)
    )
