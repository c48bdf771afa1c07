"""GET /api/v1/returns/{return_id}"""

from pushcart import tables
from pushcart.access import customer, staff
from pushcart.orders.goods_schemas import Return
from pushcart.orders.service import returning
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/returns/{return_id}",
    access=customer("purchases:read") | staff("returns:read"),
    uses=[tables.orders.batch_get],
)
def handler(request: Request[Query], return_id: str) -> Return:
    """Show a return: to the order's customer, or to staff."""
    return returning.show(request.tx, request.principal, return_id)
