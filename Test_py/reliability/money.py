"""What must be true of money that goes back, and of what a paid order was paid with (invariants 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator

from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.models import PaymentItem
from pushcart.payments.refunds import RefundItem, refund_key
from pushcart.states import OrderStatus, PaymentStatus, RefundStatus
from Test_py.reliability.books import Books

PAID_ORDERS = {OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED}


def at_all_times(books: Books) -> Iterator[str]:
    """No more goes back, or is promised to, than was taken; what is promised is what is pending."""
    for order_id, payments in books.payments.items():
        for payment in payments:
            pending = sum(int(one.amount) for one in _refunds(books, order_id, payment) if one.is_pending)
            if int(payment.refunding) != pending:
                yield f"2: {payment.id} promises {payment.refunding} to refunds, {pending} are pending"
            if not 0 <= int(payment.refunding) <= int(payment.captured):
                yield f"2: {payment.id} promises {payment.refunding} of {payment.captured}"
        for charge in books.charges.get(order_id, []):
            if charge.left < 0:
                yield f"2: of {charge.charge_key} more went back than the {charge.captured} that were taken"


def at_rest(books: Books) -> Iterator[str]:
    """Each refund is what the provider says of it, and each paid order is paid with what its provider holds."""
    charges = {charge.charge_key: charge for all_of in books.charges.values() for charge in all_of}
    for order_id, payments in books.payments.items():
        for payment in payments:
            charge = charges.get(payment.charge_key)
            for refund in _refunds(books, order_id, payment):
                yield from _as_told(refund, charge)
        order = books.orders[order_id]
        if order.status in PAID_ORDERS:
            yield from _paid(books, order_id, next(one for one in payments if one.id == order.payment["id"]), charges)


def _as_told(refund: RefundItem, charge: SandboxCharge | None) -> Iterator[str]:
    told = charge.to_charge().refund_under(refund_key(charge.charge_key, refund.id)) if charge else None
    said = (told.status, told.amount) if told else None
    if said != (RefundStatus(refund.status), int(refund.amount)):
        yield f"2: {refund.id} is {refund.status} of {refund.amount}, the provider says {said}"


def _paid(books: Books, order_id: str, payment: PaymentItem, charges: dict[str, SandboxCharge]) -> Iterator[str]:
    total, charge = int(books.orders[order_id].totals["total"]), charges.get(payment.charge_key)
    back = sum(int(one.amount) for one in _refunds(books, order_id, payment) if one.status == RefundStatus.SUCCEEDED)
    if int(payment.refunded) != back:
        yield f"2: {payment.id} has {payment.refunded} refunded, its refunds come to {back}"
    # Where staff captures, all of it may still be to come, or part of it have been let go, as staff wished.
    by_staff = charge and charge.status in {PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED}
    if int(payment.captured) != total and not by_staff:
        yield f"3: {order_id} is paid for, and {payment.captured} of {total} was taken"


def _refunds(books: Books, order_id: str, payment: PaymentItem) -> list[RefundItem]:
    return [refund for refund in books.refunds.get(order_id, []) if refund.payment_id == payment.id]
