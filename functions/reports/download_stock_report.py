"""GET /api/v1/reports/inventory/download"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import StockFileQuery
from pushcart.reports.service import files
from utils.envelope import Answer
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/inventory/download",
    access=staff("reports:read"),
    raw="Spreadsheet",
    packages=[files.SPREADSHEETS],
    uses=[tables.reports.get, tables.reports.query],
)
def handler(request: Request[StockFileQuery]) -> Answer:
    """Download the stock as a spreadsheet."""
    return files.download_stock(request.raw_query)
