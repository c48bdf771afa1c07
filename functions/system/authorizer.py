"""The gateway's authorizer"""

from typing import Any

from pushcart import queues
from pushcart.accounts import verification
from utils.authorizer import authorizer


@authorizer(uses=[queues.token_signing.public_key], packages=[verification.CRYPTOGRAPHY])
def handler(headers: dict[str, str]) -> dict[str, Any]:
    """Say who calls, by their access token."""
    return verification.identify(headers.get("authorization"))
