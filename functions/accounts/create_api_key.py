"""POST /api/v1/api-keys"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.schemas.api_keys import MadeApiKey, NewApiKey
from pushcart.accounts.service import api_keys
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/api-keys",
    access=staff("keys:manage"),
    preconditions=[fresh_session],
    status=201,
    uses=[
        tables.accounts.batch_get,
        tables.accounts.put,
        tables.accounts.update,
        tables.events.put,
        pepper.read,
    ],
    errors=["CONFLICT", "STEP_UP_REQUIRED"],
)
def handler(request: Request[NewApiKey]) -> MadeApiKey:
    """Make a key for a program, with what it may do and until when; the key is shown this once."""
    return api_keys.make_key(request.tx, request.input, request.principal.id, request.issue_token)
