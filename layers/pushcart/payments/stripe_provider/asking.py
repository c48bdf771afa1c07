"""What Stripe's errors mean (https://docs.stripe.com/api/errors): a refusal is an answer, anything else is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pushcart.payments.ports import NoAnswer
from pushcart.payments.stripe_provider.statuses import FAILURE_CODES, REFUSED, failure_code
from utils.log import logger


class Refused(Exception):
    """Stripe answers that it did not, and will not, do what was asked. ``code`` is ours, for the payer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Let a block ask Stripe, and tell its errors in our words.

    Nothing that Stripe says of itself is logged but kinds and codes: its messages may name the payer's card.

    Raises
    ------
    Refused
        When the card is declined, or the request is one that Stripe cannot carry out.
    NoAnswer
        When Stripe is busy, silent or broken, or does not know us: nothing is concluded from that.
    """
    import stripe

    try:
        yield
    except stripe.CardError as declined:
        raise Refused(failure_code(_decline_code(declined), declined.code)) from declined
    except stripe.InvalidRequestError as refusal:
        _log("stripe refuses a request", what, refusal)
        raise Refused(FAILURE_CODES.get(refusal.code or "", REFUSED)) from refusal
    except (stripe.AuthenticationError, stripe.PermissionError, stripe.IdempotencyError) as ours:
        # The key, its rights, or what we repeat under a key: no buyer's fault, and all buyers are kept waiting.
        _log("stripe does not accept our requests", what, ours, loud=True)
        raise NoAnswer(f"stripe does not accept our {what}") from ours
    except stripe.StripeError as silence:
        raise NoAnswer(f"stripe did not answer our {what}: {type(silence).__name__}") from silence


def _decline_code(declined: Any) -> object:
    body = declined.json_body if isinstance(declined.json_body, dict) else {}
    error = body.get("error")
    return error.get("decline_code") if isinstance(error, dict) else None


def _log(message: str, what: str, error: Any, *, loud: bool = False) -> None:
    said = {
        "operation": what,
        "exception_name": type(error).__name__,
        "status": error.http_status,
        "code": error.code,
        "provider_request_id": error.request_id,
    }
    (logger.error if loud else logger.warning)(message, extra=said)
