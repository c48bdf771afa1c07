"""GET /api/v1/inventory/{sku}/movements"""

from pushcart import tables
from pushcart.access import staff
from pushcart.inventory import service
from pushcart.inventory.schemas.stock import Movement, MovementQuery
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/inventory/{sku}/movements",
    access=staff("inventory:read"),
    uses=[tables.inventory.query, tables.catalog.get],
)
def handler(request: Request[MovementQuery], sku: str) -> Page[Movement]:
    """List what happened to a SKU's stock, the latest first."""
    return service.list_movements(request.tx, sku, request.input, request.start)
