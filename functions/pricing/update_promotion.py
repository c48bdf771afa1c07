"""PATCH /api/v1/promotions/{promotion_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.promotions import Promotion, PromotionChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/promotions/{promotion_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[tables.accounts.batch_get, tables.pricing.batch_get, tables.pricing.update, tables.events.put],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[PromotionChanges], promotion_id: str) -> Promotion:
    """Change what is named of a promotion; its code and its kind stay."""
    return service.change_promotion(request.tx, promotion_id, request.input, if_match=request.if_match)
