"""GET /api/v1/reports/sales"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import SalesQuery, SalesReport
from pushcart.reports.service import showing
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/sales",
    access=staff("reports:read"),
    uses=[tables.reports.get, tables.reports.query],
)
def handler(request: Request[SalesQuery]) -> SalesReport:
    """Show sales by day and currency, and what they come to."""
    return showing.show_sales(request.input)
