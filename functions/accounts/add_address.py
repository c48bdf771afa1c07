"""POST /api/v1/users/me/addresses"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.addresses import Address, NewAddress
from pushcart.accounts.service import addresses, live_session
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/users/me/addresses",
    access=CUSTOMER,
    status=201,
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.accounts.put, tables.accounts.update],
    errors=["INVALID_STATE"],
)
def handler(request: Request[NewAddress]) -> Address:
    """Keep an address, of at most 50; the first is the default."""
    return addresses.add_address(request.tx, request.principal.id, request.input)
