"""POST /api/v1/promotions"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.promotions import NewPromotion, Promotion
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/promotions",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.put, tables.events.put],
    status=201,
    errors=["CONFLICT"],
)
def handler(request: Request[NewPromotion]) -> Promotion:
    """Make a promotion, with its code, dates and cap."""
    return service.create_promotion(request.tx, request.input)
