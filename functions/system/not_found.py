"""$default: whatever no route answers."""

from pushcart.access import ANYONE
from utils.declarations import DEFAULT_PATH
from utils.envelope import Answer
from utils.errors import NotFound
from utils.route import route


@route("GET", DEFAULT_PATH, access=ANYONE, raw="RFC 9110")
def handler() -> Answer:
    """Answer the enveloped 404."""
    raise NotFound("route")
