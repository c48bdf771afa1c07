"""GET /api/v1/users/me/addresses/{address_id}"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.addresses import Address
from pushcart.accounts.service import addresses
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/users/me/addresses/{address_id}", access=CUSTOMER, uses=[tables.accounts.get], etag=True)
def handler(request: Request[Query], address_id: str) -> Address:
    """Show one of the caller's addresses."""
    return addresses.show_address(request.tx, request.principal.id, address_id)
