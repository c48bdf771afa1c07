"""GET /api/v1/docs"""

from pushcart.access import ANYONE
from pushcart.system import docs
from utils.declarations import Package
from utils.envelope import Answer
from utils.route import route


@route("GET", "/api/v1/docs", access=ANYONE, raw="HTML", packages=[Package(docs.LAYER, ())])
def handler() -> Answer:
    """Show the contract as a page on which each request can be tried."""
    return docs.page()
