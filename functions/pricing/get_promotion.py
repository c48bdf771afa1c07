"""GET /api/v1/promotions/{promotion_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.promotions import Promotion
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "GET",
    "/api/v1/promotions/{promotion_id}",
    access=staff("pricing:read"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get],
    etag=True,
)
def handler(request: Request[Query], promotion_id: str) -> Promotion:
    """Show a promotion, and how often it was used."""
    return service.show_promotion(request.tx, promotion_id)
