"""The port to payment providers: what the shop asks of each, whoever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from pushcart.states import PaymentStatus, RefundStatus


class NoAnswer(Exception):
    """The provider did not answer, or could not be asked: whether it did what was asked is unknown."""


class GivenBack(NamedTuple):
    """A refund as the provider has it. ``amount`` is minor units of its charge's currency.

    ``key`` is ours, under which it is made at most once; empty for one that somebody made at the provider by hand.
    ``failed`` is definite: the money stayed where it was, and the same key will not move it any more.
    """

    key: str
    status: RefundStatus
    amount: int
    failure_code: str | None = None


class Charge(NamedTuple):
    """A charge as the provider has it. Amounts are minor units; ``status`` is never ``review``, which is ours.

    ``captured`` is what was taken, ``refunded`` the sum of the refunds that succeeded: one that is pending or failed
    is not in it, and moves no status. ``refunds`` are all of them, so that one answer tells both.
    """

    key: str
    reference: str
    status: PaymentStatus
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0
    failure_code: str | None = None
    next_action: dict[str, Any] | None = None
    refunds: tuple[GivenBack, ...] = ()

    def refund_under(self, refund_key: str) -> GivenBack | None:
        """Return the refund under a key of ours, ``None`` when it was never asked for.

        Example
        -------
        >>> back = GivenBack("ord_1:1:ref_1_5", RefundStatus.SUCCEEDED, 500)
        >>> charge = Charge("ord_1:1", "sbx_1", PaymentStatus.PARTIALLY_REFUNDED, 900, "EUR", 900, 500, refunds=(back,))
        >>> charge.refund_under("ord_1:1:ref_1_5").amount
        500
        """
        return next((refund for refund in self.refunds if refund.key == refund_key), None)


class Notice(NamedTuple):
    """A provider's webhook, verified: something happened to the charge under ``key`` or a refund of it; ask."""

    id: str
    key: str


class Provider(Protocol):
    """Whoever moves money.

    Each charge bears a key of ours, under which the provider charges at most once however often it is asked. Every
    method but :meth:`notice` may raise :class:`NoAnswer`, after which :meth:`find` tells what is true, of the charge
    and of its refunds. A definite refusal is no :class:`NoAnswer`: it is told by the charge, or by the refund.
    """

    def charge(self, *, key: str, amount: int, currency: str, token: str, capture: bool) -> Charge:
        """Charge, or only authorise where ``capture`` is false. Under a known key: that charge as it stands."""

    def find(self, *, key: str) -> Charge | None:
        """Return the charge under ``key`` with its refunds, ``None`` when it was never asked for."""

    def retrieve(self, *, reference: str) -> Charge | None:
        """Return the charge of the provider's own ``reference``, with its refunds."""

    def capture(self, *, key: str, amount: int | None = None) -> Charge:
        """Take what was authorised: all of it, or ``amount`` of it, which leaves the charge ``partially_captured``.

        An authorisation is captured once: what was not taken is released by that, and cannot be taken later
        (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method#capture-funds). Of one that is captured, in
        whole or in part, or can no longer be: the charge as it stands.
        """

    def void(self, *, key: str) -> Charge:
        """Make sure that nothing is paid under ``key``, now or later; the charge as it stands says if it was too late.

        Also of a key that was never charged: what is still on its way there is refused.
        """

    def refund(self, *, key: str, refund_key: str, amount: int) -> Charge:
        """Give ``amount`` back, at most once under ``refund_key``, and return the charge with what became of it.

        :meth:`Charge.refund_under` of the answer is never ``None``: the refund ``succeeded``, is ``pending`` (``find``
        tells later, and a webhook may), or ``failed`` for good, with a ``failure_code``. Under a known refund key:
        that refund as it stands, whatever ``amount`` says. More than there is left fails.

        Providers forget keys of requests (Stripe after 24 hours): whoever asks again later asks :meth:`find` first.
        """

    def notice(self, *, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Verify a webhook over its raw bytes; ``None`` for a kind that does not concern us.

        Raises
        ------
        BadSignature
            When it is not the provider's, or too old.
        """


class BadSignature(Exception):
    """A webhook that the provider did not sign, or not just now."""
