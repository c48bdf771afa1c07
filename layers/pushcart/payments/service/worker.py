"""The one writer of payments: what each command of the queue does, one at a time for each order.

Whatever the command, the provider's truth decides: it is asked first, and what it says is applied upwards only.
Nothing is charged before it is written that it may have been; after that nothing is charged without asking. Where the
provider gives no answer nothing is concluded: the stock stays held, and the reconciler or the sweeper asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pushcart.payments import events, repository
from pushcart.payments.models import Told
from pushcart.payments.ports import NoAnswer
from pushcart.payments.service import closing, refunding, settling
from pushcart.payments.service.case import REVIEW_AFTER, Case, load
from pushcart.states import OPEN_PAYMENTS, PaymentStatus
from utils.clock import now, parse
from utils.log import logger
from utils.messages import EventMessage
from utils.rerun import until_settled

IN_REVIEW: Final = "payment in review"
"""The log line that the alarm counts: somebody has to look at a payment whose outcome nobody knows."""


class UnknownCommand(LookupError):
    """The queue holds something that is no command of ours; it ends among the dead letters."""


def perform(message: EventMessage) -> None:
    """Do one command. A second delivery finds it done.

    A provider that is silent fails no message: it would hold up the order's later ones until the dead letters have it,
    a quarter of an hour. The attempt is kept among those that the reconciler asks after instead, for as long as it
    takes.

    Raises
    ------
    UnknownCommand
        When it is none of ours.
    """
    command = COMMANDS.get(message.type)
    if command is None:
        raise UnknownCommand(message.type)

    def attempt() -> None:
        case = load(message.aggregate, message.data.get("payment_id"), message.data.get("refund_id"))
        if case is None:
            logger.warning("no such payment", extra={"order_id": message.aggregate, "event_id": message.id})
            return
        try:
            command(case)
        except NoAnswer as silence:
            _keep_asking(case.reload(), silence)

    until_settled(attempt)


def advance(case: Case) -> None:
    """Bring an attempt as far as the provider has it: charge it if that is still to be done, and apply what is true.

    Raises
    ------
    NoAnswer
        When the provider is silent.
    """
    payment = case.payment
    over = PaymentStatus(payment.status) in closing.WITHOUT_MONEY
    # An attempt that is over is asked after all the same: this message may be the only word of money that came late.
    if case.moves.cancel_requested and case.is_latest and not over:
        closing.cancel(case)
    elif payment.asked_for == "void" and case.moves.awaits_payment and not over:
        closing.void(case)
    elif not payment.amount and payment.status in OPEN_PAYMENTS:
        _take_nothing(case)
    else:
        charge = settling.truth(case)
        if charge is not None:
            settling.apply(case, charge)
            refunding.settle_told(case, charge)


def capture(case: Case) -> None:
    """Take what was authorised."""
    if case.payment.status == PaymentStatus.AUTHORIZED:
        settling.apply(case, settling.capture(case))


def _take_nothing(case: Case) -> None:
    """An order that costs nothing is paid by that: no provider is asked, and none would charge nothing."""
    if case.is_chargeable:
        settling.confirm(case, Told(PaymentStatus.CAPTURED))


def _keep_asking(case: Case, silence: NoAnswer) -> None:
    payment = case.payment
    logger.warning("provider silent", extra={"payment_id": payment.id, "reason": str(silence)})
    if not payment.open_shard:
        repository.keep_open(payment)
    elif payment.status in OPEN_PAYMENTS - {PaymentStatus.REVIEW}:
        _review_if_long(case)
    elif parse(payment.updated_at) + REVIEW_AFTER < now():
        logger.warning(IN_REVIEW, extra={"payment_id": payment.id})


def _review_if_long(case: Case) -> None:
    """Say that somebody should look at an attempt whose outcome is unknown for too long; it goes on being asked for."""
    if case.is_overdue:
        settling.note(case, PaymentStatus.REVIEW)
        logger.warning(IN_REVIEW, extra={"payment_id": case.payment.id})


COMMANDS: Final[dict[str, Callable[[Case], Any]]] = {
    events.DUE: advance,
    events.SYNC: advance,
    events.EXPIRE: closing.expire,
    events.CANCEL: closing.cancel,
    events.CAPTURE: capture,
    events.VOID: closing.void,
    events.REFUND: refunding.settle,
    events.REFUND_SYNC: refunding.settle,
}
