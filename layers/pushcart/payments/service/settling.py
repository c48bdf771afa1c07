"""Finding out what became of an attempt to pay, and applying it to payment, order and stock in one transaction."""

from __future__ import annotations

from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.inventory.service import InsufficientStock
from pushcart.payments import repository
from pushcart.payments.models import Told, summary_of
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.service.case import Case
from pushcart.payments.service.endings import take_again
from pushcart.states import OPEN_PAYMENTS, PAYMENT_MOVES, PaymentStatus
from utils.log import logger

STOCK_LOST: Final = "stock_lost"


def truth(case: Case) -> Charge | None:
    """Ask the provider what became of an attempt; charge it where it never was, and still should be.

    Returns
    -------
    Charge or None
        ``None`` when there is no charge, and none is to be made.

    Raises
    ------
    NoAnswer
        When the provider stays silent.
    """
    payment = case.payment
    if payment.sent_at:
        known = case.find()
        if known is not None:
            return known
    if not case.is_chargeable or payment.status not in OPEN_PAYMENTS:
        return None
    if not payment.sent_at:
        repository.mark_sent(payment)
    try:
        return _charge(case)
    except NoAnswer:
        # It may have charged all the same. Asking costs little, and mostly spares the buyer the reconciler's wait.
        return case.find()


def _charge(case: Case) -> Charge:
    payment = case.payment
    return case.ask(
        "charge",
        amount=int(payment.amount),
        currency=payment.currency,
        token=payment.token,
        capture=payment.capture == "automatic",
    )


def apply(case: Case, charge: Charge) -> None:
    """Make payment, order and stock what they have to be, given the charge; where they are so already, do nothing.

    Raises
    ------
    NoAnswer
        When money has to be taken, or to go back, and the provider is silent.
    """
    if charge.status is PaymentStatus.AUTHORIZED:
        charge = _taken_or_let_go(case, charge)
    unclaimed = case.moves.is_over or not case.is_latest
    if unclaimed and case.is_latest and is_paid(case, charge):
        _take_up_again(case, charge)
    elif unclaimed and charge.captured > charge.refunded:
        _give_back(case, charge)
    elif case.moves.awaits_payment and is_paid(case, charge):
        confirm(case, Told.by(charge))
    else:
        _note(case, charge)


def _taken_or_let_go(case: Case, charge: Charge) -> Charge:
    """Capture what was authorised, or let it go where nobody has a claim to it; leave it where staff captures."""
    if case.moves.is_over or not case.is_latest:
        return case.ask("void")
    if case.payment.asked_for == "capture":
        return capture(case)
    if case.payment.capture == "automatic":
        return case.ask("capture" if case.is_chargeable else "void")
    return charge


def capture(case: Case) -> Charge:
    """Ask the provider to take what staff asked for.

    Raises
    ------
    NoAnswer
        When the provider is silent.
    """
    amount: Any = case.payment.asked_amount
    return case.ask("capture", amount=None if amount is None else int(amount))


def is_paid(case: Case, charge: Charge) -> bool:
    """Whether the charge is what an order is confirmed for: captured whole or, where staff captures, authorised."""
    if charge.status is PaymentStatus.AUTHORIZED:
        return True
    held = charge.captured - charge.refunded
    return charge.status in {PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED} and held >= case.payment.amount


def note(case: Case, status: PaymentStatus) -> None:
    """Record a state that is ours to tell, such as ``review``."""
    payment = case.payment
    told = Told(status, int(payment.captured), int(payment.refunded), payment.failure_code, payment.next_action)
    stage(case, told)
    _commit(case)


def _note(case: Case, charge: Charge) -> None:
    """The attempt moved, and the order does not by it. One that is over, and whose money went back, says so."""
    is_news = case.payment.status != charge.status
    stage(case, Told.by(charge))
    if is_news and charge.status is PaymentStatus.REFUNDED and case.is_latest and case.moves.is_expired:
        case.moves.cancel(STOCK_LOST)
    _commit(case)


def _commit(case: Case) -> None:
    if case.moves.are_any:
        case.moves.write(case.tx)
        case.tx.commit()
    elif is_settled(case, PaymentStatus(case.payment.status)):
        repository.close(case.payment)


def stage(case: Case, told: Told, *, refunding: int | None = None) -> bool:
    """Append the attempt's move to the case, where it is news; ``False`` for news that came after later ones.

    Parameters
    ----------
    refunding
        What is still promised to refunds, where that changes: it is written even if nothing else is news.
    """
    payment, promised = case.payment, int(case.payment.refunding) if refunding is None else refunding
    before = PaymentStatus(payment.status)
    is_stale = told.status is not before and told.status not in PAYMENT_MOVES[before]
    if is_stale:
        logger.warning("stale news", extra={"payment_id": payment.id, "at": before, "told": told.status})
    if is_stale or not told.is_news(payment):
        if refunding is not None:
            repository.promise(case.tx, payment, refunding=promised)
            case.moves.promised(payment.id, promised)
        return not is_stale
    took, gave_back = told.captured - int(payment.captured), told.refunded - int(payment.refunded)
    repository.record(case.tx, payment, told, settled=is_settled(case, told.status), refunding=promised)
    case.moves.payment_moved(summary_of(payment), took=took, gave_back=gave_back)
    return True


def is_settled(case: Case, status: PaymentStatus) -> bool:
    """Whether an attempt of this status is nobody's to ask after any more."""
    payment = case.payment
    waits = status is PaymentStatus.AUTHORIZED and (payment.capture == "automatic" or payment.asked_for is not None)
    return not (status in OPEN_PAYMENTS or waits)


def confirm(case: Case, told: Told) -> None:
    """The order is paid by the attempt: it is confirmed, and keeps its stock."""
    if stage(case, told):
        case.moves.confirm()
        inventory.commit_reservation(case.tx, case.reservation)
        _commit(case)


def _take_up_again(case: Case, charge: Charge) -> None:
    """Paid after its end: the order gets its stock once more, or the buyer the money."""
    if not stage(case, Told.by(charge)):
        return
    case.moves.confirm()
    take_again(case)
    try:
        _commit(case)
    except InsufficientStock:
        logger.warning("stock lost", extra={"order_id": case.moves.id, "payment_id": case.payment.id})
        again = case.reload()
        # Somebody else may have been faster with the same news; then there is nothing to give back.
        if again.moves.is_over:
            _give_back(again, charge)


def _give_back(case: Case, charge: Charge) -> None:
    stage(case, Told.by(returned(case, charge)))
    if case.is_latest and case.moves.is_expired:
        case.moves.cancel(STOCK_LOST)
    _commit(case)


def returned(case: Case, charge: Charge) -> Charge:
    """Return money that no order has a claim to, all of it, and what the charge is then.

    Until it is back, the reconciler keeps an eye on it.

    Raises
    ------
    NoAnswer
        When it is not certain that all of it is back.
    """
    repository.keep_open(case.payment)
    # What was captured is in the key: should more be later, that has to go back too.
    key = f"{charge.key}:{STOCK_LOST}:{charge.captured}"
    after = case.ask("refund", refund_key=key, amount=charge.captured - charge.refunded)
    if after.refunded < after.captured:
        raise NoAnswer(f"{charge.key}: {after.captured - after.refunded} are still to be given back")
    return after
