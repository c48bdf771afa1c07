"""Every hour: the age of the key that signs access tokens."""

from pushcart import queues, tables
from pushcart.accounts.service import signing_key_rotation
from utils.schedule import schedule


@schedule(
    every_minutes=60,
    uses=[
        tables.accounts.query,
        tables.accounts.get,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.check,
        tables.accounts.delete,
        tables.events.put,
        queues.token_signing.public_key,
        queues.token_signing.rotate,
        queues.token_signing.search,
    ],
    timeout_seconds=120,
)
def handler() -> None:
    """Give the signing key a successor when it is old, and take away those that have retired."""
    signing_key_rotation.rotate_on_time()
