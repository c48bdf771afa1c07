"""GET /api/v1/locations"""

from pushcart import tables
from pushcart.access import staff
from pushcart.inventory import service
from pushcart.inventory.schemas.locations import Location, LocationQuery
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route("GET", "/api/v1/locations", access=staff("inventory:read"), uses=[tables.inventory["locations"].query])
def handler(request: Request[LocationQuery]) -> Page[Location]:
    """List the places where stock lies."""
    return service.list_locations(request.tx, request.input, request.start)
