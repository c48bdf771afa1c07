"""DELETE /api/v1/users/me/addresses/{address_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.service import addresses, live_session
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/users/me/addresses/{address_id}",
    access=CUSTOMER,
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.delete, tables.accounts.update],
)
def handler(request: Request[Query], address_id: str) -> None:
    """Forget one of the caller's addresses; the latest of the others takes the place of the default."""
    addresses.delete_address(request.tx, request.principal.id, address_id, if_match=request.if_match)
