"""GET /api/v1/search"""

from pushcart import queues
from pushcart.access import ANYONE
from pushcart.search.schemas import SearchHit, SearchQuery, SearchSummary
from pushcart.search.service import finding
from utils.queries import Found
from utils.request import Request
from utils.route import route


@route(
    "GET",
    "/api/v1/search",
    access=ANYONE,
    uses=[queues.search_index.get, queues.search_index.list],
    etag=True,
    cache_seconds=60,
    memory_mb=1024,
)
def handler(request: Request[SearchQuery]) -> Found[SearchHit, SearchSummary]:
    """Find what is sold by words and filters, with counts of what all that was found is made of."""
    return finding.search(request.input, request.start)
