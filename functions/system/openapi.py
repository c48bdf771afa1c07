"""GET /api/v1/openapi.json"""

from pushcart.access import ANYONE
from pushcart.system import docs
from utils.declarations import Package
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/openapi.json", access=ANYONE, raw="OpenAPI 3.1", etag=True, packages=[Package(docs.LAYER, ())])
def handler(request: Request[Query]) -> Answer:
    """Hand out the contract of this API."""
    return docs.contract(request.headers.get("accept-encoding", ""))
