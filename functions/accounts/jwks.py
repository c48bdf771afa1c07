"""GET /.well-known/jwks.json"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.accounts import key_set
from utils.envelope import Answer
from utils.route import route


@route(
    "GET",
    "/.well-known/jwks.json",
    access=ANYONE,
    raw="RFC 7517",
    uses=[queues.token_signing.public_key, tables.accounts.query],
    cache_seconds=key_set.CACHE_SECONDS,
)
def handler() -> Answer:
    """Publish the keys that access tokens are verified with."""
    return key_set.published()
