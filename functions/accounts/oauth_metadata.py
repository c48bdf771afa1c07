"""GET /.well-known/oauth-authorization-server"""

from pushcart.access import ANYONE
from pushcart.accounts import oauth_metadata
from utils.envelope import Answer
from utils.route import route


@route(
    "GET",
    "/.well-known/oauth-authorization-server",
    access=ANYONE,
    raw="RFC 8414",
    cache_seconds=oauth_metadata.CACHE_SECONDS,
)
def handler() -> Answer:
    """Tell OAuth clients what this server offers, and where."""
    return oauth_metadata.authorization_server()
