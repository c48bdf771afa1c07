"""GET /api/v1/oauth/authorize"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts import oauth_answers
from pushcart.accounts.service import authorization
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/oauth/authorize", access=CUSTOMER, raw="RFC 6749, 4.1.1", uses=[tables.accounts.get])
def handler(request: Request[Query]) -> Answer:
    """Show which OAuth client asks the caller for what."""
    return oauth_answers.answered(request.tx, lambda: authorization.show_request(request.tx, request.raw_query))
