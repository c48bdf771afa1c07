"""GET /api/v1/returns"""

from pushcart import tables
from pushcart.access import customer, staff
from pushcart.orders.goods_schemas import Return, ReturnQuery
from pushcart.orders.service import returning
from utils.queries import Page
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/returns",
    access=customer("purchases:read") | staff("returns:read"),
    uses=[
        tables.orders.get,
        tables.orders.query,
        tables.orders["returns"].query,
        tables.orders["returns_by_status"].query,
    ],
)
def handler(request: Request[ReturnQuery]) -> Page[Return]:
    """List the returns of one's own order; for staff everybody's, those of an order, or those in one state."""
    return returning.list_returns(request.tx, request.principal, request.input, request.start)
