"""The one writer of payments: what each command of the queue does, one at a time for each order.

Whatever the command, the provider's truth decides: it is asked first, and what it says is applied upwards only.
Nothing is charged before it is written that it may have been; after that nothing is charged without asking. Where the
provider gives no answer nothing is concluded: the stock stays held, and the reconciler or the sweeper asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pushcart.payments import events
from pushcart.payments.ports import NoAnswer
from pushcart.payments.service import closing, settling
from pushcart.payments.service.case import Case, load
from pushcart.states import OPEN_PAYMENTS, PaymentStatus
from utils.log import logger
from utils.messages import EventMessage
from utils.rerun import until_settled

IN_REVIEW: Final = "payment in review"
"""The log line that the alarm counts: somebody has to look at a payment whose outcome nobody knows."""


class UnknownCommand(LookupError):
    """The queue holds something that is no command of ours; it ends among the dead letters."""


def perform(message: EventMessage) -> None:
    """Do one command. A second delivery finds it done.

    Raises
    ------
    UnknownCommand
        When it is none of ours.
    NoAnswer
        When the provider is silent and nobody else would ask again: the message is to be delivered again.
    """
    command = COMMANDS.get(message.type)
    if command is None:
        raise UnknownCommand(message.type)

    def attempt() -> None:
        case = load(message.aggregate, message.data.get("payment_id"))
        if case is None:
            logger.warning("no such payment", extra={"order_id": message.aggregate, "event_id": message.id})
            return
        command(case)

    until_settled(attempt)


def advance(case: Case) -> None:
    """Bring an attempt as far as the provider has it: charge it if that is still to be done, and apply what is true.

    Raises
    ------
    NoAnswer
        When the provider is silent about an attempt that is over. The reconciler asks after open ones only, so the
        message has to come again: money that arrived late must not be lost sight of.
    """
    over = PaymentStatus(case.payment.status) in closing.WITHOUT_MONEY
    # An attempt that is over is asked after all the same: this message may be the only word of money that came late.
    if case.moves.cancel_requested and case.is_latest and not over:
        closing.cancel(case)
        return
    try:
        charge = settling.truth(case)
    except NoAnswer as silence:
        if not case.payment.open_shard:
            raise
        logger.warning("provider silent", extra={"payment_id": case.payment.id, "reason": str(silence)})
        _review_if_long(case)
        return
    if charge is not None:
        settling.apply(case, charge)


def capture(case: Case) -> None:
    """Take what was authorised. Silence is no answer to somebody who asked for it: the message comes again."""
    if case.payment.status == PaymentStatus.AUTHORIZED:
        settling.apply(case, case.ask("capture"))


def _review_if_long(case: Case) -> None:
    """Say that somebody should look at an attempt whose outcome is unknown for too long; it goes on being asked for."""
    payment = case.payment
    if payment.status in OPEN_PAYMENTS - {PaymentStatus.REVIEW} and case.is_overdue:
        settling.note(case, PaymentStatus.REVIEW)
        logger.warning(IN_REVIEW, extra={"payment_id": payment.id})


COMMANDS: Final[dict[str, Callable[[Case], Any]]] = {
    events.DUE: advance,
    events.SYNC: advance,
    events.EXPIRE: closing.expire,
    events.CANCEL: closing.cancel,
    events.CAPTURE: capture,
}
