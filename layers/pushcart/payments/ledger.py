"""The sandbox provider's own books: one item a charge. Nothing of the shop's reads them but through the port."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from pushcart.payments.ports import Charge, GivenBack, NoAnswer
from pushcart.states import PaymentStatus, RefundStatus
from utils.clock import now
from utils.ephemeral import ephemeral
from utils.errors import Conflict, StaleVersion
from utils.models import Item, Key
from utils.reads import fetch
from utils.transaction import Transaction

KEPT: Final = timedelta(days=30)
TRIES: Final = 5
REFUND_FAILURE: Final = "refund_declined"
"""Why the sandbox's refunds fail."""


class SandboxCharge(Item):
    """A charge in the sandbox's books. ``refunds`` maps the keys of refunds that succeeded to amounts; those that are
    pending, or failed, are in maps of their own. ``refunds_how`` is what its token makes of a refund.
    """

    table = ephemeral
    charge_key = UnicodeAttribute()
    status = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    captured = NumberAttribute(default=0)
    refunds = JSONAttribute()
    refunds_pending = JSONAttribute(null=True)
    refunds_failed = JSONAttribute(null=True)
    refunds_how = UnicodeAttribute(null=True)
    capture = UnicodeAttribute(default="automatic")
    failure_code = UnicodeAttribute(null=True)
    next_action = JSONAttribute(null=True)
    ttl = NumberAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, charge_key: str) -> Key:
        return Key(cls, f"SANDBOX#{charge_key}", "CHARGE")

    def to_charge(self) -> Charge:
        refunded = sum(self.refunds.values())
        status = PaymentStatus(self.status)
        if refunded:
            whole = refunded >= int(self.captured)
            status = PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
        return Charge(
            key=self.charge_key,
            reference=reference_of(self.charge_key),
            status=status,
            amount=int(self.amount),
            currency=self.currency,
            captured=int(self.captured),
            refunded=refunded,
            failure_code=self.failure_code,
            next_action=self.next_action,
            refunds=self._refunds(),
        )

    def book(self, name: str) -> dict[str, int]:
        """Return one of the maps of refunds; those beside ``refunds`` are not there before they are needed."""
        entries: dict[str, int] = getattr(self, name) or {}
        return entries

    def knows(self, refund_key: str) -> bool:
        """Whether a refund was asked for under this key."""
        return any(refund_key in self.book(name) for name in _OUTCOMES)

    @property
    def left(self) -> int:
        """What can still be given back."""
        spoken_for: int = sum(self.refunds.values()) + sum(self.book("refunds_pending").values())
        return int(self.captured) - spoken_for

    def _refunds(self) -> tuple[GivenBack, ...]:
        return tuple(
            GivenBack(key, status, amount, REFUND_FAILURE if status is RefundStatus.FAILED else None)
            for name, status in _OUTCOMES.items()
            for key, amount in self.book(name).items()
        )


_OUTCOMES: Final = {
    "refunds": RefundStatus.SUCCEEDED,
    "refunds_pending": RefundStatus.PENDING,
    "refunds_failed": RefundStatus.FAILED,
}


def reference_of(charge_key: str) -> str:
    """Return the sandbox's own id of a charge, such as ``sbx_01JZ…-1``."""
    return f"sbx_{charge_key.removeprefix('ord_').replace(':', '-')}"


def key_of_reference(reference: str) -> str:
    return f"ord_{reference.removeprefix('sbx_').replace('-', ':')}"


def read(charge_key: str) -> SandboxCharge | None:
    key = SandboxCharge.key_of(charge_key)
    found = fetch([key]).get(key)
    return found if isinstance(found, SandboxCharge) else None


def open_charge(charge_key: str, status: PaymentStatus, **attributes: Any) -> bool:
    """Write a new charge; ``False`` when there is one under that key, which is left as it is."""
    key = SandboxCharge.key_of(charge_key)
    charge = SandboxCharge(
        key.pk,
        key.sk,
        charge_key=charge_key,
        status=str(status),
        refunds={},
        ttl=int((now() + KEPT).timestamp()),
        **attributes,
    )
    tx = Transaction()
    tx.create(charge, taken=Conflict("charged before"))
    try:
        tx.commit()
    except Conflict:
        return False
    return True


def change(charge: SandboxCharge, *actions: Action) -> bool:
    """Write a change of a charge that was read; ``False`` when somebody was faster."""
    tx = Transaction()
    tx.change(charge, *actions)
    try:
        tx.commit()
    except StaleVersion:
        return False
    return True


def lost(charge_key: str) -> NoAnswer:
    """Return what to raise when somebody was faster too often."""
    return NoAnswer(f"{charge_key} is in too many hands")
