"""Who we are at Stripe: the secret ``stripe``, ``{"api_key": "…", "webhook_secrets": ["whsec_…", …]}``.

While the endpoint's secret is rotated both are listed, the newer one first
(https://docs.stripe.com/webhooks#roll-endpoint-secrets).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pushcart import queues
from utils import aws
from utils.clock import now
from utils.errors import Unavailable
from utils.log import logger
from utils.settings import setting

KEPT: Final = timedelta(minutes=1)
"""How long the secret is held: a new one works as soon as it stands in Secrets Manager, or so."""
LIVE_STAGE: Final = "prod"
"""The one stage that moves real money, and none but real money."""


class Credentials(BaseModel):
    """What the operator put into the secret; all of it may be missing before."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: str | None = Field(default=None, max_length=255, pattern=r"^(sk|rk)_(test|live)_[A-Za-z0-9]+$")
    webhook_secrets: tuple[str, ...] = Field(default=(), max_length=5)


def api_key() -> str:
    """Return our key.

    Raises
    ------
    utils.errors.Unavailable
        When there is none yet, or it is one for the wrong kind of money: goods would leave the house for nothing, or a
        test would cost somebody something.
    """
    key = _credentials().api_key
    if key is None:
        raise _missing("api_key")
    if ("_live_" in key) is not (setting("PUSHCART_STAGE") == LIVE_STAGE):
        logger.error("the key in the secret stripe is for another kind of money than this stage's")
        raise Unavailable("This payment provider is not set up for this stage.")
    return key


def webhook_secrets() -> tuple[str, ...]:
    """Return the secrets that a webhook may be signed with.

    Raises
    ------
    utils.errors.Unavailable
        When there is none yet: Stripe sends its webhooks again later.
    """
    secrets = tuple(one for one in _credentials().webhook_secrets if one.strip())
    if not secrets:
        raise _missing("webhook_secrets")
    return secrets


def forget() -> None:
    """Ask Secrets Manager again on the next use."""
    _held.clear()


_held: dict[str, tuple[datetime, Credentials]] = {}


def _credentials() -> Credentials:
    held = _held.get(queues.stripe.name)
    if held is None or held[0] + KEPT < now():
        answer = aws.call("secretsmanager", "GetSecretValue", SecretId=queues.stripe.secret_id)
        held = _held[queues.stripe.name] = (now(), _read(answer["SecretString"]))
    return held[1]


def _read(text: str) -> Credentials:
    try:
        return Credentials.model_validate(json.loads(text))
    except (ValueError, ValidationError) as malformed:
        logger.error("the secret stripe is not what it should be", extra={"exception_name": type(malformed).__name__})
        # From None: the error may quote what it is about.
        raise Unavailable("This payment provider is not set up yet.") from None


def _missing(name: str) -> Unavailable:
    logger.error("the secret stripe lacks an entry", extra={"entry": name})
    return Unavailable("This payment provider is not set up yet.")
