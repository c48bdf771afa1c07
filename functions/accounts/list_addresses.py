"""GET /api/v1/users/me/addresses"""

from pushcart import tables
from pushcart.access import CUSTOMER
from pushcart.accounts.schemas.addresses import Address
from pushcart.accounts.service import addresses
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route("GET", "/api/v1/users/me/addresses", access=CUSTOMER, uses=[tables.accounts.query])
def handler(request: Request[PageQuery]) -> Page[Address]:
    """List the caller's addresses, the latest first."""
    return addresses.list_addresses(request.principal.id, limit=request.input.limit, start=request.start)
