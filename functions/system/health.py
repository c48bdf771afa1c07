"""GET /api/v1/health"""

from pushcart.access import ANYONE
from utils.route import route
from utils.schemas import Output


class Health(Output):
    """The process answers."""

    status: str


@route("GET", "/api/v1/health", access=ANYONE)
def handler() -> Health:
    """Tell that the API answers, without touching anything else."""
    return Health(status="ok")
