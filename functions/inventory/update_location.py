"""PATCH /api/v1/locations/{location_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.inventory import service
from pushcart.inventory.schemas.locations import ChangeLocation, Location
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/locations/{location_id}",
    access=staff("inventory:write"),
    preconditions=[live_session],
    versioned=True,
    uses=[
        tables.accounts.batch_get,
        tables.inventory.batch_get,
        tables.inventory.put,
        tables.inventory.update,
        tables.events.put,
    ],
)
def handler(request: Request[ChangeLocation], location_id: str) -> Location:
    """Change what is named of a location; from one that is not active nothing is sold."""
    return service.change_location(request.tx, location_id, request.input, if_match=request.if_match)
