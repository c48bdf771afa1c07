"""GET /api/v1/reports/inventory"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import StockReported, StockReportQuery
from pushcart.reports.service import showing
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/inventory",
    access=staff("reports:read"),
    uses=[tables.reports.get, tables.reports.query],
)
def handler(request: Request[StockReportQuery]) -> Page[StockReported]:
    """List the stock of every SKU and location by its movements."""
    return showing.list_stock(request.input, request.start)
