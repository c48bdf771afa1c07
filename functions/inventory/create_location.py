"""POST /api/v1/locations"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.inventory import service
from pushcart.inventory.schemas.locations import Location, NewLocation
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/locations",
    access=staff("inventory:write"),
    preconditions=[live_session],
    status=201,
    uses=[tables.accounts.batch_get, tables.inventory.batch_get, tables.inventory.put, tables.events.put],
)
def handler(request: Request[NewLocation]) -> Location:
    """Make a place where stock can lie."""
    return service.add_location(request.tx, request.input)
