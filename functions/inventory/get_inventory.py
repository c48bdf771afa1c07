"""GET /api/v1/inventory/{sku}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.inventory import service
from pushcart.inventory.schemas.stock import InventoryOfSku, StockQuery
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/inventory/{sku}",
    access=staff("inventory:read"),
    uses=[tables.catalog.batch_get, tables.inventory.batch_get, tables.inventory.query],
)
def handler(request: Request[StockQuery], sku: str) -> InventoryOfSku:
    """Show what there is of a SKU at a location."""
    return service.show_stock(request.tx, sku, location_id=request.input.location_id)
