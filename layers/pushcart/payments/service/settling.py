"""Finding out what became of an attempt to pay, and applying it to payment, order and stock in one transaction."""

from __future__ import annotations

from pushcart.inventory import service as inventory
from pushcart.inventory.service import InsufficientStock
from pushcart.payments import repository
from pushcart.payments.models import Told, summary_of
from pushcart.payments.ports import Charge, NoAnswer
from pushcart.payments.service.case import Case
from pushcart.states import OPEN_PAYMENTS, PAID, PAYMENT_MOVES, PaymentStatus
from utils.log import logger

STOCK_LOST = "stock_lost"


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
        known = case.ask("find")
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
        return case.ask("find")


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
    if not is_paid(case, charge):
        _note_unpaid(case, charge)
    elif not case.is_latest:
        _give_back(case, charge)
    elif case.moves.awaits_payment:
        _confirm(case, charge)
    elif case.moves.is_over:
        _take_up_again(case, charge)
    else:
        _record(case, Told.by(charge))


def _taken_or_let_go(case: Case, charge: Charge) -> Charge:
    """Capture what was authorised, or let it go where nobody has a claim to it; leave it where staff captures."""
    if case.moves.is_over or not case.is_latest:
        return case.ask("void")
    if case.payment.capture == "automatic":
        return case.ask("capture" if case.is_chargeable else "void")
    return charge


def is_paid(case: Case, charge: Charge) -> bool:
    """Whether the charge is what an order is confirmed for: captured whole or, where staff captures, authorised."""
    if charge.status is PaymentStatus.AUTHORIZED:
        return True
    return charge.status in PAID and charge.captured >= int(case.payment.amount)


def note(case: Case, status: PaymentStatus) -> None:
    """Record a state that is ours to tell, such as ``review``."""
    payment = case.payment
    _record(case, Told(status, int(payment.captured), int(payment.refunded), payment.failure_code, payment.next_action))


def _note_unpaid(case: Case, charge: Charge) -> None:
    """The attempt moved, and the order is not paid by it. An order that is over, and whose money went back, says so."""
    stage(case, Told.by(charge))
    if charge.status is PaymentStatus.REFUNDED and case.is_latest and case.moves.is_expired:
        case.moves.cancel(STOCK_LOST)
    _commit(case)


def _record(case: Case, told: Told) -> None:
    stage(case, told)
    _commit(case)


def _commit(case: Case) -> None:
    if case.moves.are_any:
        case.moves.write(case.tx)
        case.tx.commit()


def stage(case: Case, told: Told) -> bool:
    """Append the attempt's move to the case, where it is news; ``False`` for news that came after later ones."""
    payment = case.payment
    if not told.is_news(payment):
        return True
    before = PaymentStatus(payment.status)
    if told.status is not before and told.status not in PAYMENT_MOVES[before]:
        logger.warning("stale news", extra={"payment_id": payment.id, "at": before, "told": told.status})
        return False
    repository.record(case.tx, payment, told, settled=_settled(case, told.status))
    case.moves.payment_moved(summary_of(payment))
    return True


def _settled(case: Case, status: PaymentStatus) -> bool:
    waits = status is PaymentStatus.AUTHORIZED and case.payment.capture == "automatic"
    return not (status in OPEN_PAYMENTS or waits)


def _confirm(case: Case, charge: Charge) -> None:
    if stage(case, Told.by(charge)):
        case.moves.confirm()
        inventory.commit_reservation(case.tx, case.reservation)
        _commit(case)


def _take_up_again(case: Case, charge: Charge) -> None:
    """Paid after its end: the order gets its stock once more, or the buyer the money."""
    if not stage(case, Told.by(charge)):
        return
    case.moves.confirm()
    inventory.reserve_again(case.tx, case.reservation)
    try:
        _commit(case)
    except InsufficientStock:
        logger.warning("stock lost", extra={"order_id": case.moves.id, "payment_id": case.payment.id})
        again = case.reload()
        # Somebody else may have been faster with the same news; then there is nothing to give back.
        if again.moves.is_over:
            _give_back(again, charge)


def _give_back(case: Case, charge: Charge) -> None:
    """Return money that no order has a claim to. Until it is back, the reconciler keeps an eye on it."""
    repository.keep_open(case.payment)
    back = charge.captured - charge.refunded
    returned = case.ask("refund", refund_key=f"{charge.key}:{STOCK_LOST}", amount=back)
    if returned.refunded < returned.captured:
        raise NoAnswer(f"{charge.key}: {returned.captured - returned.refunded} are still to be given back")
    stage(case, Told.by(returned))
    if case.is_latest and case.moves.is_expired:
        case.moves.cancel(STOCK_LOST)
    _commit(case)
