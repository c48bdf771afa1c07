"""GET /docs"""

from pushcart.access import ANYONE
from utils.envelope import Answer
from utils.route import route


@route("GET", "/docs", access=ANYONE, raw="RFC 9110", status=308)
def handler() -> Answer:
    """Lead from the short address to the page of the present version."""
    return Answer(308, headers={"location": "api/v1/docs"})
