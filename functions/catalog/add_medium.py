"""POST /api/v1/products/{product_id}/media"""

from pushcart import queues, tables
from pushcart.access import staff
from pushcart.accounts.service import live_session
from pushcart.catalog import service
from pushcart.catalog.schemas.media import MediumToUpload, NewMedium
from utils.request import Request
from utils.route import route


@route(
    "POST",
    "/api/v1/products/{product_id}/media",
    access=staff("catalog:write"),
    preconditions=[live_session],
    status=201,
    # The form is leave to upload and is not to be kept: a second try waits for a picture of its own.
    idempotent=False,
    uses=[
        tables.accounts.batch_get,
        tables.catalog.query,
        tables.catalog.put,
        tables.events.put,
        queues.uploads.put,
    ],
    errors=["INVALID_STATE"],
)
def handler(request: Request[NewMedium], product_id: str) -> MediumToUpload:
    """Wait for a picture of a product, and get the form by which its file is uploaded within 15 minutes."""
    return service.add_medium(request.tx, product_id, request.input)
