"""GET /api/v1/reports/sales/download"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import SalesFileQuery
from pushcart.reports.service import files
from utils.envelope import Answer
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/sales/download",
    access=staff("reports:read"),
    raw="Spreadsheet",
    packages=[files.SPREADSHEETS],
    uses=[tables.reports.get, tables.reports.query],
)
def handler(request: Request[SalesFileQuery]) -> Answer:
    """Download sales by day as a spreadsheet."""
    return files.download_sales(request.raw_query)
