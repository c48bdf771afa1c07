"""GET /.well-known/openid-configuration"""

from pushcart.access import ANYONE
from pushcart.accounts import oauth_metadata
from utils.envelope import Answer
from utils.route import route


@route(
    "GET",
    "/.well-known/openid-configuration",
    access=ANYONE,
    raw="OpenID Connect Discovery 1.0",
    cache_seconds=oauth_metadata.CACHE_SECONDS,
)
def handler() -> Answer:
    """Tell OpenID Connect clients what this provider offers, and where."""
    return oauth_metadata.openid_provider()
