"""GET /api/v1/orders/{order_id}/invoice"""

from pushcart import queues, tables
from pushcart.access import GUEST, customer, staff
from pushcart.orders.service import invoices
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Query
from utils.sealing import pepper


@route(
    "GET",
    "/api/v1/orders/{order_id}/invoice",
    access=customer("purchases:read") | GUEST | staff("orders:read"),
    raw="ISO 32000",
    uses=[tables.orders.batch_get, queues.documents.get, pepper.read],
)
def handler(request: Request[Query], order_id: str) -> Answer:
    """Download an order's invoice; there is none until a short while after the order was confirmed."""
    return invoices.download(request.tx, request.principal, order_id)
