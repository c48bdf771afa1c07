"""PATCH /api/v1/users/me/addresses/{address_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.addresses import Address, ChangeAddress
from pushcart.accounts.service import addresses, live_session
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/users/me/addresses/{address_id}",
    access=CUSTOMER,
    versioned=True,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.update],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ChangeAddress], address_id: str) -> Address:
    """Change what is named of one of the caller's addresses, or make it the default."""
    return addresses.change_address(
        request.tx, request.principal.id, address_id, request.input, if_match=request.if_match
    )
