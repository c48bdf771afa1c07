"""POST /api/v1/inventory/{sku}/adjustments"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.inventory import service
from pushcart.inventory.schemas.stock import Adjustment, NewAdjustment
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/inventory/{sku}/adjustments",
    access=staff("inventory:write"),
    preconditions=[live_session],
    status=201,
    idempotent=True,
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.inventory.batch_get,
        tables.inventory.query,
        tables.inventory.put,
        tables.inventory.update,
        tables.events.put,
    ],
    errors=["CONFLICT", "INSUFFICIENT_STOCK"],
)
def handler(request: Request[NewAdjustment], sku: str) -> Adjustment:
    """Note units that came or went, by how many and why."""
    return service.adjust_stock(request.tx, request.principal, sku, request.input)
