"""GET /api/v1/health/ready"""

from pushcart import tables
from pushcart.access import ANYONE
from pushcart.system import service
from pushcart.system.schemas import Readiness
from utils.request import Request
from utils.route import route
from utils.schemas import Query


@route("GET", "/api/v1/health/ready", access=ANYONE, uses=[tables.ephemeral.get])
def handler(request: Request[Query]) -> Readiness:
    """Tell that the database answers too."""
    return service.readiness(request.tx)
