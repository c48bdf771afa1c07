"""DELETE /api/v1/api-keys/{key_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import api_keys
from pushcart.accounts.sessions import fresh_session
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/api-keys/{key_id}",
    access=staff("keys:manage"),
    preconditions=[fresh_session],
    uses=[tables.accounts.batch_get, tables.accounts.update, tables.events.put],
    errors=["STEP_UP_REQUIRED"],
)
def handler(request: Request[Query], key_id: str) -> None:
    """Revoke a key at once. It takes no version: nothing that could have changed would be a reason to keep it."""
    api_keys.revoke_key(request.tx, key_id, request.principal.id)
