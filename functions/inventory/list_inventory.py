"""GET /api/v1/inventory"""

from pushcart import tables
from pushcart.access import staff
from pushcart.inventory import service
from pushcart.inventory.schemas.stock import Inventory, InventoryQuery
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/inventory",
    access=staff("inventory:read"),
    uses=[
        tables.inventory["all"].query,
        tables.inventory["by_location"].query,
        tables.inventory["low_stock"].query,
    ],
)
def handler(request: Request[InventoryQuery]) -> Page[Inventory]:
    """List stock by SKU: all of it, what lies at one location, or what runs low."""
    return service.list_stock(request.input, request.start)
