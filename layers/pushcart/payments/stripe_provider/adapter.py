"""The port's operations, each by the SDK.

What moves money does so under a key of the operation's own (https://docs.stripe.com/api/idempotent_requests), and only
after a look at what there is already, since Stripe forgets keys after a day and a stand-in may know none.
"""

from __future__ import annotations

from collections.abc import Mapping

from pushcart.payments.models import charge_of
from pushcart.payments.ports import Charge, GivenBack, NoAnswer, Notice
from pushcart.payments.stripe_provider import book, notices
from pushcart.payments.stripe_provider.amounts import Inexpressible, to_stripe
from pushcart.payments.stripe_provider.asking import Refused, asking
from pushcart.payments.stripe_provider.charges import CHARGE_KEY, REFUND_KEY
from pushcart.payments.stripe_provider.client import client
from pushcart.payments.stripe_provider.intents import WITH_REFUNDS, charge_of_intent, look, make
from pushcart.payments.stripe_provider.statuses import AMOUNT, CANCELLABLE, REFUND_FAILED, UNCONFIRMED
from pushcart.states import UNPAID, PaymentStatus, RefundStatus
from utils.log import logger
from utils.settings import setting


class Stripe:
    """:class:`~pushcart.payments.ports.Provider` of Stripe."""

    def charge(self, *, key: str, amount: int, currency: str, token: str, capture: bool) -> Charge:
        reference = book.reference_of(key)
        if reference is None:
            try:
                made = make(key, amount=amount, currency=currency, token=token, capture=capture)
            except Refused as refusal:
                # Nothing was made, so nothing can be paid by it.
                return Charge(key, "", PaymentStatus.FAILED, amount, currency, failure_code=refusal.code)
            reference = book.remember(key, made)
        if _is_never(reference):
            return _never(key)
        intent = look(reference, key)
        return self._confirmed(key, reference) if intent["status"] == UNCONFIRMED else charge_of_intent(intent)

    def _confirmed(self, key: str, reference: str) -> Charge:
        asked = {"return_url": _return_url(key), **WITH_REFUNDS}
        try:
            with asking("confirm"):
                confirmed = client().v1.payment_intents.confirm(reference, asked, {"idempotency_key": f"{key}:confirm"})
            return charge_of_intent(confirmed.to_dict())
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
        intent = look(reference, key)
        return None if intent["status"] == UNCONFIRMED else charge_of_intent(intent)

    def retrieve(self, *, reference: str) -> Charge | None:
        if _is_never(reference):
            return _never(reference.removeprefix(book.NEVER))
        try:
            return charge_of_intent(look(reference, None))
        except Refused:
            return None

    def capture(self, *, key: str, amount: int | None = None) -> Charge:
        reference = _known(key)
        intent = look(reference, key)
        if intent["status"] != "requires_capture":
            return charge_of_intent(intent)
        try:
            part = {} if amount is None else {"amount_to_capture": to_stripe(amount, str(intent["currency"]).upper())}
            with asking("capture"):
                client().v1.payment_intents.capture(
                    reference, part, {"idempotency_key": f"{key}:capture:{amount or 'all'}"}
                )
        except (Refused, Inexpressible) as refusal:
            logger.warning("capture refused", extra={"charge_key": key, "reason": type(refusal).__name__})
        return charge_of_intent(look(reference, key))

    def void(self, *, key: str) -> Charge:
        # A PaymentIntent that was made and not yet written finds, once it is to be, that it never may be confirmed.
        reference = book.reference_of(key) or book.remember(key, f"{book.NEVER}{key}")
        if _is_never(reference):
            return _never(key)
        intent = look(reference, key)
        if intent["status"] in CANCELLABLE:
            try:
                with asking("cancel"):
                    client().v1.payment_intents.cancel(reference, {}, {"idempotency_key": f"{key}:void"})
            except Refused:
                logger.warning("void refused", extra={"charge_key": key})
            intent = look(reference, key)
        return charge_of_intent(intent)

    def refund(self, *, key: str, refund_key: str, amount: int) -> Charge:
        reference = _known(key)
        charge = charge_of_intent(look(reference, key))
        if charge.refund_under(refund_key) is not None:
            return charge
        try:
            if amount > _left(charge):
                raise Refused(AMOUNT)
            self._give_back(reference, charge, refund_key, amount)
        except (Refused, Inexpressible):
            failed = GivenBack(refund_key, RefundStatus.FAILED, amount, REFUND_FAILED)
            return charge._replace(refunds=(*charge.refunds, failed))
        after = charge_of_intent(look(reference, key))
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
