"""The gateway's authorizer"""

from typing import Any

from pushcart import queues, tables
from pushcart.accounts import callers, verification
from utils.authorizer import authorizer


@authorizer(
    uses=[queues.token_signing.public_key, tables.accounts.query, tables.accounts.get],
    packages=[verification.CRYPTOGRAPHY],
)
def handler(headers: dict[str, str], *, kept: bool) -> dict[str, Any]:
    """Say who calls, by their access token or API key."""
    return callers.identify(headers.get("authorization"), afresh=kept)
