"""Each night: our books of payments against the provider's."""

from pushcart import queues, tables
from pushcart.payments.service import matching
from pushcart.payments.stripe_provider import STRIPE
from utils.ephemeral import ephemeral
from utils.schedule import schedule

A_QUARTER_OF_AN_HOUR = 15
"""A night's match takes as many runs as there are payments for; once it is through, a run reads one item."""


@schedule(
    every_minutes=A_QUARTER_OF_AN_HOUR,
    uses=[
        tables.orders["payments"].query,
        tables.orders.get,
        ephemeral.get,
        ephemeral.put,
        queues.payments.send,
        queues.stripe.read,
    ],
    packages=[STRIPE],
    timeout_seconds=300,
)
def handler() -> None:
    """Hold every recent payment against what the provider says of it, and have differences looked at."""
    matching.match()
