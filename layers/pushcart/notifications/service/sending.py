"""Sending, once.

Mail cannot be sent in a transaction, so it is sent first and noted after, with the inbox entry, in one transaction.
What was noted is not sent again; a second copy goes out only after a crash between the two (requirement C7).
"""

from __future__ import annotations

from pushcart import queues
from pushcart.notifications import repository
from pushcart.notifications.mailer import Mailer, SesMailer
from pushcart.notifications.service import (
    about_accounts,
    about_links,
    about_money,
    about_orders,
    about_parcels,
    about_stock,
)
from pushcart.notifications.service.composition import NothingToSay, Subject
from utils.messages import EventMessage
from utils.transaction import Transaction

__all__ = ["NothingToSay", "send_mail"]

_mailer: Mailer = SesMailer(queues.mailer)


def send_mail(tx: Transaction, message: EventMessage) -> None:
    """Send the mail that an event asks for, and append the note of it to ``tx``.

    Where nobody is left to write to (an order whose contact was erased, an account that was disabled or erased), or
    there is no need any more (an address that is verified already), the note says ``skipped``.

    Raises
    ------
    NothingToSay
        When the event is of another kind, or its order does not exist.
    """
    if about_accounts.is_nobodys_concern(message):
        return
    subject = _subject_of(message)
    noted, *found = tx.read(repository.note_key(message.id), *subject.keys)
    if noted:
        return
    owner_id, mail = subject.compose(found)
    if mail is None:
        repository.add(tx, message, owner_id=owner_id, status="skipped")
        return
    provider_id = _mailer.send(mail)
    repository.add(tx, message, owner_id=owner_id, status="sent", provider_id=provider_id)


def _subject_of(message: EventMessage) -> Subject:
    for subject_of in (
        about_orders.subject_of,
        about_money.subject_of,
        about_parcels.subject_of,
        about_links.subject_of,
        about_stock.subject_of,
        about_accounts.subject_of,
    ):
        found = subject_of(message)
        if found is not None:
            return found
    raise NothingToSay(message.type)
