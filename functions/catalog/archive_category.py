"""DELETE /api/v1/categories/{category_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route(
    "DELETE",
    "/api/v1/categories/{category_id}",
    access=staff("catalog:write"),
    preconditions=[live_session],
    uses=[
        tables.accounts.batch_get,
        tables.catalog.batch_get,
        tables.catalog.update,
        tables.catalog.delete,
        tables.events.put,
    ],
    versioned=True,
    errors=["INVALID_STATE"],
)
def handler(request: Request[Query], category_id: str) -> None:
    """Archive a category that has no subcategories. Its products stay on sale."""
    service.archive_category(request.tx, category_id, if_match=request.if_match)
