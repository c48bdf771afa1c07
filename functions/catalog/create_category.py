"""POST /api/v1/categories"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.categories import Category, NewCategory
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/categories",
    access=staff("catalog:write"),
    preconditions=[live_session],
    status=201,
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.put,
        tables.catalog.update,
        tables.events.put,
    ],
    errors=["CONFLICT", "INVALID_STATE"],
)
def handler(request: Request[NewCategory]) -> Category:
    """Make a category, below another or at the top. The tree has at most five levels."""
    return service.create_category(request.tx, request.input)
