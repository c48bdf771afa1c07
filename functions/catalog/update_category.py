"""PATCH /api/v1/categories/{category_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.categories import Category, CategoryChanges
from utils.request import Request
from utils.route import route


@route(
    "PATCH",
    "/api/v1/categories/{category_id}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.put,
        tables.catalog.update,
        tables.catalog.delete,
        tables.events.put,
    ],
    versioned=True,
    errors=["CONFLICT", "INVALID_STATE"],
)
def handler(request: Request[CategoryChanges], category_id: str) -> Category:
    """Change a category. With another parent_id it moves, and all that is below it goes along."""
    return service.change_category(request.tx, category_id, request.input, if_match=request.if_match)
