"""POST /api/v1/webhooks/payments/{provider}"""

from pushcart import queues, tables
from pushcart.access import ANYONE
from pushcart.payments.service import webhooks
from pushcart.payments.stripe_provider import STRIPE
from utils.envelope import Answer
from utils.request import Request
from utils.route import route
from utils.schemas import Empty
from utils.sealing import pepper


@route(
    "POST",
    "/api/v1/webhooks/payments/{provider}",
    access=ANYONE,
    idempotent=False,
    limit=None,
    raw="the provider's own",
    uses=[pepper.read, queues.stripe.read, tables.orders["by_provider_ref"].query, queues.payments.send],
    packages=[STRIPE],
)
def handler(request: Request[Empty], provider: str) -> Answer:
    """Take a payment provider's signed notice, and have the payment looked at."""
    webhooks.receive(provider, request.headers, request.body)
    return Answer(204)
