"""GET /api/v1/docs/{asset}"""

from pushcart.access import ANYONE
from pushcart.system import docs
from utils.declarations import Package
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/docs/{asset}", access=ANYONE, raw="Media types", packages=[Package(docs.LAYER, ())])
def handler(request: Request[Query], asset: str) -> Answer:
    """Hand out a file of the page. Its name holds the hash of its content, so it may be kept for ever."""
    return docs.asset(asset, request.headers.get("accept-encoding", ""))
