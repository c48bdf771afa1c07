"""GET /api/v1/availability"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.inventory import service
from pushcart.inventory.schemas.stock import AvailabilityQuery, SkuAvailability
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/availability",
    access=ANYONE,
    uses=[tables.catalog.get, tables.inventory.query],
)
def handler(request: Request[AvailabilityQuery]) -> SkuAvailability:
    """Tell whether a SKU can be had: in stock, low or out."""
    return service.show_availability(request.tx, request.input.sku)
