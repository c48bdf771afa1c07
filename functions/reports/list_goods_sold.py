"""GET /api/v1/reports/sales/goods"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import GoodsQuery, GoodsSold
from pushcart.reports.service import showing
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/sales/goods",
    access=staff("reports:read"),
    uses=[tables.reports.get, tables.reports.query],
)
def handler(request: Request[GoodsQuery]) -> Page[GoodsSold]:
    """List what was sold of each SKU in a month, by SKU."""
    return showing.list_goods(request.input, request.start)
