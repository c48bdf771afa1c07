"""DELETE /api/v1/promotions/{promotion_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/promotions/{promotion_id}",
    access=staff("pricing:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.pricing.batch_get,
        tables.pricing.update,
        tables.pricing.delete,
        tables.events.put,
    ],
    versioned=True,
)
def handler(request: Request[Query], promotion_id: str) -> None:
    """Grant a promotion no more: it is archived, and its code can be used again."""
    service.archive_promotion(request.tx, promotion_id, if_match=request.if_match)
