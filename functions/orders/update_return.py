"""PATCH /api/v1/returns/{return_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.orders.goods_schemas import ChangeReturn, Return
from pushcart.orders.service import deciding
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/returns/{return_id}",
    access=staff("returns:write"),
    versioned=True,
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.orders.batch_get,
        tables.orders.put,
        tables.orders.update,
        tables.inventory.update,
        tables.events.put,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[ChangeReturn], return_id: str) -> Return:
    """Approve or reject a return, say that the goods are there, or have their money given back."""
    return deciding.change(request.tx, request.principal, return_id, request.input, if_match=request.if_match)
