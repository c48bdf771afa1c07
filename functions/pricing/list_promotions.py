"""GET /api/v1/promotions"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.pricing import service
from pushcart.pricing.schemas.promotions import Promotion
from utils.queries import Page
from utils.request import Request
from utils.route import route
from utils.schemas import PageQuery


@route(
    "GET",
    "/api/v1/promotions",
    access=staff("pricing:read"),
    preconditions=[live_session],
    uses=[tables.accounts.get, tables.pricing["by_kind"].query],
)
def handler(request: Request[PageQuery]) -> Page[Promotion]:
    """List the promotions, the latest first."""
    return service.list_promotions(limit=request.input.limit, start=request.start)
