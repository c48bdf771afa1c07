"""The port to payment providers: what the shop asks of each, whoever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from pushcart.states import PaymentStatus


class NoAnswer(Exception):
    """The provider did not answer, or could not be asked: whether it did what was asked is unknown."""


class Charge(NamedTuple):
    """A charge as the provider has it. Amounts are minor units; ``status`` is never ``review``, which is ours."""

    key: str
    reference: str
    status: PaymentStatus
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0
    failure_code: str | None = None
    next_action: dict[str, Any] | None = None


class Notice(NamedTuple):
    """A provider's webhook, verified: something happened to the charge under ``key``; ask what."""

    id: str
    key: str


class Provider(Protocol):
    """Whoever moves money.

    Each charge bears a key of ours, under which the provider charges at most once however often it is asked. Every
    method but :meth:`notice` may raise :class:`NoAnswer`, after which :meth:`find` tells what is true.
    """

    def charge(self, *, key: str, amount: int, currency: str, token: str, capture: bool) -> Charge:
        """Charge, or only authorise where ``capture`` is false. Under a known key: that charge as it stands."""

    def find(self, *, key: str) -> Charge | None:
        """Return the charge under ``key``, ``None`` when it was never asked for."""

    def retrieve(self, *, reference: str) -> Charge | None:
        """Return the charge of the provider's own ``reference``."""

    def capture(self, *, key: str) -> Charge:
        """Take what was authorised. Of one that is captured, or can no longer be: the charge as it stands."""

    def void(self, *, key: str) -> Charge:
        """Make sure that nothing is paid under ``key``, now or later; the charge as it stands says if it was too late.

        Also of a key that was never charged: what is still on its way there is refused.
        """

    def refund(self, *, key: str, refund_key: str, amount: int) -> Charge:
        """Give ``amount`` back, at most once under ``refund_key``."""

    def notice(self, *, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Verify a webhook over its raw bytes; ``None`` for a kind that does not concern us.

        Raises
        ------
        BadSignature
            When it is not the provider's, or too old.
        """


class BadSignature(Exception):
    """A webhook that the provider did not sign, or not just now."""
