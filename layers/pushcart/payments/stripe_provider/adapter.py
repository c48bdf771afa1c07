"""The port's operations, each by the SDK.

What moves money does so under a key of the operation's own (https://docs.stripe.com/api/idempotent_requests), and only
after a look at what there is already, since Stripe forgets keys after a day and a stand-in may know none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart.payments.models import charge_of
from pushcart.payments.ports import Charge, GivenBack, NoAnswer, Notice
from pushcart.payments.stripe_provider import book, notices
from pushcart.payments.stripe_provider.amounts import Inexpressible, to_stripe
from pushcart.payments.stripe_provider.asking import Refused, asking
from pushcart.payments.stripe_provider.charges import CHARGE_KEY, REFUND_KEY, told
from pushcart.payments.stripe_provider.client import client
from pushcart.payments.stripe_provider.statuses import AMOUNT, CANCELLABLE, REFUND_FAILED, UNCONFIRMED
from pushcart.states import UNPAID, PaymentStatus, RefundStatus
from utils.log import logger
from utils.settings import setting

PAGE: Final = 100
_WITH_REFUNDS: Final = {"expand": ["latest_charge.refunds"]}
_METHOD: Final = "pm_"
"""What a payer's browser makes of a card is a PaymentMethod. The older ``tok_…``, of a card alone, is not taken."""

_Intent = dict[str, Any]


class Stripe:
    """:class:`~pushcart.payments.ports.Provider` of Stripe."""

    def charge(self, *, key: str, amount: int, currency: str, token: str, capture: bool) -> Charge:
        reference = book.reference_of(key)
        if reference is None:
            try:
                made = _make(key, amount=amount, currency=currency, token=token, capture=capture)
            except Refused as refusal:
                # Nothing was made, so nothing can be paid by it.
                return Charge(key, "", PaymentStatus.FAILED, amount, currency, failure_code=refusal.code)
            reference = book.remember(key, made)
        if _is_never(reference):
            return _never(key)
        intent = _look(reference, key)
        return self._confirmed(key, reference) if intent["status"] == UNCONFIRMED else _told(intent)

    def _confirmed(self, key: str, reference: str) -> Charge:
        asked = {"return_url": _return_url(key), **_WITH_REFUNDS}
        try:
            with asking("confirm"):
                confirmed = client().v1.payment_intents.confirm(reference, asked, {"idempotency_key": f"{key}:confirm"})
            return _told(confirmed.to_dict())
        except Refused as refusal:
            code = refusal.code
        # Refused before anybody was asked, it could still be confirmed: an attempt that has failed must not be.
        charge = self.void(key=key) if (left := self.find(key=key)) is None else left
        return charge._replace(status=PaymentStatus.FAILED, failure_code=code) if charge.status in UNPAID else charge

    def find(self, *, key: str) -> Charge | None:
        reference = book.reference_of(key)
        if reference is None:
            return None
        if _is_never(reference):
            return _never(key)
        intent = _look(reference, key)
        return None if intent["status"] == UNCONFIRMED else _told(intent)

    def retrieve(self, *, reference: str) -> Charge | None:
        if _is_never(reference):
            return _never(reference.removeprefix(book.NEVER))
        try:
            return _told(_look(reference, None))
        except Refused:
            return None

    def capture(self, *, key: str, amount: int | None = None) -> Charge:
        reference = _known(key)
        intent = _look(reference, key)
        if intent["status"] != "requires_capture":
            return _told(intent)
        try:
            part = {} if amount is None else {"amount_to_capture": to_stripe(amount, str(intent["currency"]).upper())}
            with asking("capture"):
                client().v1.payment_intents.capture(
                    reference, part, {"idempotency_key": f"{key}:capture:{amount or 'all'}"}
                )
        except (Refused, Inexpressible) as refusal:
            logger.warning("capture refused", extra={"charge_key": key, "reason": type(refusal).__name__})
        return _told(_look(reference, key))

    def void(self, *, key: str) -> Charge:
        # A PaymentIntent that was made and not yet written finds, once it is to be, that it never may be confirmed.
        reference = book.reference_of(key) or book.remember(key, f"{book.NEVER}{key}")
        if _is_never(reference):
            return _never(key)
        intent = _look(reference, key)
        if intent["status"] in CANCELLABLE:
            try:
                with asking("cancel"):
                    client().v1.payment_intents.cancel(reference, {}, {"idempotency_key": f"{key}:void"})
            except Refused:
                logger.warning("void refused", extra={"charge_key": key})
            intent = _look(reference, key)
        return _told(intent)

    def refund(self, *, key: str, refund_key: str, amount: int) -> Charge:
        reference = _known(key)
        charge = _told(_look(reference, key))
        if charge.refund_under(refund_key) is not None:
            return charge
        try:
            if amount > _left(charge):
                raise Refused(AMOUNT)
            self._give_back(reference, charge, refund_key, amount)
        except (Refused, Inexpressible):
            failed = GivenBack(refund_key, RefundStatus.FAILED, amount, REFUND_FAILED)
            return charge._replace(refunds=(*charge.refunds, failed))
        after = _told(_look(reference, key))
        if after.refund_under(refund_key) is None:
            raise NoAnswer(f"stripe made {refund_key} and does not show it yet")
        return after

    def _give_back(self, reference: str, charge: Charge, refund_key: str, amount: int) -> None:
        asked = {
            "payment_intent": reference,
            "amount": to_stripe(amount, charge.currency),
            "metadata": {CHARGE_KEY: charge.key, REFUND_KEY: refund_key},
        }
        with asking("refund"):
            client().v1.refunds.create(asked, {"idempotency_key": refund_key})

    def notice(self, *, headers: Mapping[str, str], body: bytes) -> Notice | None:
        return notices.read(headers, body)


def _make(key: str, *, amount: int, currency: str, token: str, capture: bool) -> str:
    """Make the PaymentIntent of an attempt, which charges nobody, and return its id."""
    if not token.startswith(_METHOD):
        raise Refused("invalid_token")
    order_id, payment_id = charge_of(key) or ("", "")
    try:
        units = to_stripe(amount, currency)
    except Inexpressible:
        raise Refused(AMOUNT) from None
    asked = {
        "amount": units,
        "currency": currency.lower(),
        "payment_method": token,
        "capture_method": "automatic" if capture else "manual",
        "metadata": {CHARGE_KEY: key, "order_id": order_id, "payment_id": payment_id},
    }
    with asking("make"):
        made = client().v1.payment_intents.create(asked, {"idempotency_key": f"{key}:make"})
    return str(made["id"])


def _look(reference: str, key: str | None) -> _Intent:
    """Return a PaymentIntent as Stripe has it now; ``key`` is whose it must be."""
    with asking("look"):
        found = client().v1.payment_intents.retrieve(reference, dict(_WITH_REFUNDS))
    intent: _Intent = found.to_dict()
    carried = (intent.get("metadata") or {}).get(CHARGE_KEY)
    if key is not None and carried != key:
        logger.error("a payment intent is not the one that it should be", extra={"charge_key": key})
        raise NoAnswer(f"stripe holds another charge where that of {key} should be")
    return intent


def _told(intent: _Intent) -> Charge:
    return told(intent, _refunds_of(intent))


def _refunds_of(intent: _Intent) -> list[dict[str, Any]]:
    charge = intent.get("latest_charge")
    held = (charge.get("refunds") if isinstance(charge, dict) else None) or {}
    if not held.get("has_more"):
        return list(held.get("data") or [])
    # The charge shows the latest ten.
    with asking("look"):
        pages = client().v1.refunds.list({"payment_intent": intent["id"], "limit": PAGE})
        return [refund.to_dict() for refund in pages.auto_paging_iter()]


def _left(charge: Charge) -> int:
    promised = sum(one.amount for one in charge.refunds if one.status is RefundStatus.PENDING)
    return charge.captured - charge.refunded - promised


def _known(key: str) -> str:
    reference = book.reference_of(key)
    if reference is None or _is_never(reference):
        raise NoAnswer(f"there is no charge {key}")
    return reference


def _is_never(reference: str) -> bool:
    return reference.startswith(book.NEVER)


def _never(key: str) -> Charge:
    return Charge(key, f"{book.NEVER}{key}", PaymentStatus.VOIDED, 0, "XXX")


def _return_url(key: str) -> str:
    """Return where the payer comes back to after an action: the storefront, by our settings."""
    order_id, _ = charge_of(key) or ("", "")
    return f"{setting('STOREFRONT_URL').rstrip('/')}/orders/{order_id}"
