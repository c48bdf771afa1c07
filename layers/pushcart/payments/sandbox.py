"""The sandbox provider: moves no money, and does whatever its tokens say (api.md, sandbox payment tokens).

Its books are in a table, so that it is one provider for all workers. It keeps a provider's promises: one charge a
key, a refund once a refund key, and a void that also stops what is still on its way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pynamodb.expressions.update import Action

from pushcart.payments import ledger
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.ports import BadSignature, Charge, NoAnswer, Notice
from pushcart.states import OPEN_PAYMENTS, PaymentStatus, RefundStatus
from utils import sealing
from utils.clock import now
from utils.ids import new_id
from utils.schemas import read_json

TOLERANCE: Final = timedelta(minutes=5)
"""How far a webhook's time may be from ours: a copy taken from the wire is good no longer
(https://docs.stripe.com/webhooks#verify-official-libraries)."""

SIGNATURE: Final = "x-sandbox-signature"
PURPOSE: Final = "sandbox-webhook"
CHARGE_UPDATED: Final = "charge.updated"
ACTIONS_URL: Final = "https://sandbox.invalid/actions/"

_P = PaymentStatus


How = Literal["made", "made, the answer lost", "pending", "declined"]
"""What becomes of a refund."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a token makes the sandbox do: with the charge, and with refunds of it."""

    status: PaymentStatus
    failure_code: str | None = None
    answers: bool = True
    refunds: How = "made"


BEHAVIOURS: Final[dict[str, Behaviour]] = {
    "tok_success": Behaviour(_P.CAPTURED),
    "tok_declined": Behaviour(_P.FAILED, "card_declined"),
    "tok_insufficient_funds": Behaviour(_P.FAILED, "insufficient_funds"),
    "tok_requires_action": Behaviour(_P.REQUIRES_ACTION),
    "tok_timeout": Behaviour(_P.CAPTURED, answers=False),
    "tok_late": Behaviour(_P.PROCESSING),
    "tok_refund_declined": Behaviour(_P.CAPTURED, refunds="declined"),
    "tok_refund_late": Behaviour(_P.CAPTURED, refunds="pending"),
    "tok_refund_timeout": Behaviour(_P.CAPTURED, refunds="made, the answer lost"),
}
UNKNOWN_TOKEN: Final = Behaviour(_P.FAILED, "invalid_token")


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """A webhook as the sandbox sends it: POST ``body`` with ``headers`` to ``path``."""

    path: str
    headers: dict[str, str]
    body: bytes


class SandboxNotice(BaseModel):
    """What the sandbox sends. Unknown fields are ignored: a provider adds some without asking."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")
    type: str = Field(max_length=100)
    data: dict[str, Any]


class Sandbox:
    """:class:`~pushcart.payments.ports.Provider` of the sandbox."""

    def charge(self, *, key: str, amount: int, currency: str, token: str, capture: bool) -> Charge:
        behaviour = BEHAVIOURS.get(token, UNKNOWN_TOKEN)
        status = behaviour.status
        if status is _P.CAPTURED and not capture:
            status = _P.AUTHORIZED
        action = None
        if status is _P.REQUIRES_ACTION:
            action = {"type": "redirect", "url": f"{ACTIONS_URL}{ledger.reference_of(key)}"}
        fresh = ledger.open_charge(
            key,
            status,
            amount=amount,
            currency=currency,
            captured=amount if status is _P.CAPTURED else 0,
            capture="automatic" if capture else "manual",
            failure_code=behaviour.failure_code,
            next_action=action,
            refunds_how=behaviour.refunds,
        )
        if fresh and not behaviour.answers:
            raise NoAnswer("the answer is lost on its way")
        return _known(key).to_charge()

    def find(self, *, key: str) -> Charge | None:
        charge = ledger.read(key)
        return charge.to_charge() if charge else None

    def retrieve(self, *, reference: str) -> Charge | None:
        return self.find(key=ledger.key_of_reference(reference))

    def capture(self, *, key: str, amount: int | None = None) -> Charge:
        def take(charge: SandboxCharge) -> list[Action]:
            whole = int(charge.amount)
            taken = whole if amount is None else amount
            if charge.status != _P.AUTHORIZED or not 0 < taken <= whole:
                return []
            return [
                _status(_P.CAPTURED if taken == whole else _P.PARTIALLY_CAPTURED),
                SandboxCharge.captured.set(taken),
            ]

        return _changed(key, take)

    def void(self, *, key: str) -> Charge:
        def stop(charge: SandboxCharge) -> list[Action]:
            stoppable = charge.status in OPEN_PAYMENTS or charge.status == _P.AUTHORIZED
            return [_status(_P.VOIDED), SandboxCharge.next_action.remove()] if stoppable else []

        if ledger.read(key) is None:
            # It is made as void, so that a request for it that is still on its way finds it so.
            ledger.open_charge(key, _P.VOIDED, amount=0, currency="XXX")
        return _changed(key, stop)

    def refund(self, *, key: str, refund_key: str, amount: int) -> Charge:
        fresh = False

        def give_back(charge: SandboxCharge) -> list[Action]:
            nonlocal fresh
            fresh = not charge.knows(refund_key)
            if not fresh:
                return []
            how = "declined" if amount > charge.left else charge.refunds_how
            return [_entered(charge, _BOOKS.get(how or "made", "refunds"), refund_key, amount)]

        charge = _changed_item(key, give_back)
        if fresh and charge.refunds_how == "made, the answer lost":
            raise NoAnswer("the answer is lost on its way")
        return charge.to_charge()

    def notice(self, *, headers: Mapping[str, str], body: bytes) -> Notice | None:
        _verify(headers.get(SIGNATURE, ""), body)
        told = read_json(SandboxNotice, body)
        key = told.data.get("key")
        return Notice(told.id, key) if told.type == CHARGE_UPDATED and isinstance(key, str) else None


def settle(key: str, outcome: PaymentStatus = PaymentStatus.CAPTURED, *, even_if_over: bool = False) -> SignedWebhook:
    """Do what the sandbox does in its own time, and return the webhook that it sends after.

    A late charge settles, or a required action is completed or refused. Of a charge that is over nothing changes,
    unless the bank insists (``even_if_over``): money that arrives after a void or a decline.

    Parameters
    ----------
    key
        The charge's key: ``<order id>:<attempt>``.
    outcome
        ``captured`` or ``failed``.
    """

    def end(charge: SandboxCharge) -> list[Action]:
        over = charge.status not in OPEN_PAYMENTS
        if charge.status in {outcome, _P.AUTHORIZED} or (over and not even_if_over):
            return []
        if outcome is not _P.CAPTURED:
            return [_status(outcome), SandboxCharge.failure_code.set("card_declined")]
        if charge.capture == "manual":
            return [_status(_P.AUTHORIZED), SandboxCharge.next_action.remove()]
        return [
            _status(_P.CAPTURED),
            SandboxCharge.captured.set(SandboxCharge.amount),
            SandboxCharge.next_action.remove(),
        ]

    charge = _changed(key, end)
    return webhook({"key": key, "reference": charge.reference, "status": charge.status})


def settle_refund(key: str, refund_key: str, outcome: RefundStatus = RefundStatus.SUCCEEDED) -> SignedWebhook:
    """Let a refund that is pending succeed or fail, and return the webhook that the sandbox sends after."""

    def end(charge: SandboxCharge) -> list[Action]:
        left = dict(charge.book("refunds_pending"))
        if refund_key not in left:
            return []
        amount = left.pop(refund_key)
        book = "refunds" if outcome is RefundStatus.SUCCEEDED else "refunds_failed"
        return [SandboxCharge.refunds_pending.set(left), _entered(charge, book, refund_key, amount)]

    charge = _changed(key, end)
    return webhook({"key": key, "reference": charge.reference, "status": charge.status, "refund": refund_key})


def webhook(data: dict[str, Any], *, type: str = CHARGE_UPDATED, event_id: str | None = None) -> SignedWebhook:  # noqa: A002
    """Return a webhook of the sandbox's, signed now."""
    content = {"id": event_id or new_id("sbe"), "type": type, "created": int(now().timestamp()), "data": data}
    body = json.dumps(content, separators=(",", ":")).encode()
    return SignedWebhook("/api/v1/webhooks/payments/sandbox", sign(body), body)


def sign(body: bytes) -> dict[str, str]:
    """Return the headers of a webhook with ``body``, sent now."""
    moment = str(int(now().timestamp()))
    return {
        "content-type": "application/json",
        SIGNATURE: f"t={moment},s={sealing.mac(PURPOSE, moment, body)}",
    }


def _verify(signature: str, body: bytes) -> None:
    moment, _, code = signature.removeprefix("t=").partition(",s=")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        raise BadSignature("no time in the signature")
    if not sealing.verify(code, PURPOSE, moment, body):
        raise BadSignature("not signed by the sandbox")
    if abs(now().timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise BadSignature("signed too long ago")


def _known(key: str) -> SandboxCharge:
    charge = ledger.read(key)
    if charge is None:
        raise NoAnswer(f"there is no charge {key}")
    return charge


def _changed(key: str, decide: Callable[[SandboxCharge], list[Action]]) -> Charge:
    """Change a charge by what ``decide`` says of it, and return it as it stands after."""
    return _changed_item(key, decide).to_charge()


def _changed_item(key: str, decide: Callable[[SandboxCharge], list[Action]]) -> SandboxCharge:
    for _ in range(ledger.TRIES):
        charge = _known(key)
        actions = decide(charge)
        if not actions or ledger.change(charge, *actions):
            return _known(key) if actions else charge
    raise ledger.lost(key)


_BOOKS: Final = {"pending": "refunds_pending", "declined": "refunds_failed"}
"""Where a refund is entered that is not made."""


def _entered(charge: SandboxCharge, book: str, refund_key: str, amount: int) -> Action:
    action: Action = getattr(SandboxCharge, book).set({**charge.book(book), refund_key: amount})
    return action


def _status(status: PaymentStatus) -> Action:
    return SandboxCharge.status.set(str(status))
