"""PUT /api/v1/inventory/{sku}/settings"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.inventory import service
from pushcart.inventory.schemas.settings import SetStockSettings, StockSettings
from utils.request import Request
from utils.route import route


@route(
    "PUT",
    "/api/v1/inventory/{sku}/settings",
    access=staff("inventory:write"),
    preconditions=[live_session],
    versioned=True,
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.inventory.put,
        tables.inventory.update,
        tables.events.put,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[SetStockSettings], sku: str) -> StockSettings:
    """Set from how many on a SKU runs low, and over how many buckets its stock is split."""
    return service.set_settings(request.tx, sku, request.input, if_match=request.if_match)
