"""Telling people what happened to what they bought.

Mail cannot be sent in a transaction, so it is sent first and noted after, with the inbox entry, in one transaction.
What was noted is not sent again; a second copy goes out only after a crash between the two (requirement C7).
"""

from __future__ import annotations

from typing import Final

from pushcart import queues
from pushcart.notifications import repository
from pushcart.notifications.mailer import Mail, Mailer, SesMailer
from pushcart.notifications.templates import ORDER_CONFIRMED, Values
from pushcart.orders import service as orders
from pushcart.orders.schemas import Order
from utils.messages import EventMessage
from utils.string_formatters import format_money
from utils.transaction import Transaction

ORDER_CONFIRMED_EVENT: Final = "order.confirmed"

_mailer: Mailer = SesMailer(queues.mailer)


class NothingToSay(LookupError):
    """A message asks for a mail that nobody has words or an order for; it ends among the dead letters."""


def send_mail(tx: Transaction, message: EventMessage) -> None:
    """Send the mail that an event asks for, and append the note of it to ``tx``.

    An order whose contact was erased is noted as ``skipped``: there is nobody left to write to.

    Raises
    ------
    NothingToSay
        When the event is of another kind, or its order does not exist.
    """
    if message.type != ORDER_CONFIRMED_EVENT:
        raise NothingToSay(message.type)
    noted, *found = tx.read(repository.note_key(message.id), *orders.confirmation_keys(message.aggregate))
    if noted:
        return
    order = orders.confirmation_of(*found)
    if order is None:
        raise NothingToSay(message.aggregate)
    if not order.email:
        repository.add(tx, message, owner_id=order.customer_id, status="skipped")
        return
    provider_id = _mailer.send(_confirmation(order))
    repository.add(tx, message, owner_id=order.customer_id, status="sent", provider_id=provider_id)


def _confirmation(order: Order) -> Mail:
    totals = order.totals.model_dump()
    values = {name: format_money(money["amount"], money["currency"]) for name, money in totals.items()}
    rows: list[Values] = [
        {
            "sku": line.sku,
            "title": line.title,
            "quantity": str(line.quantity),
            "unit_price": format_money(line.unit_price.amount, line.unit_price.currency),
            "total": format_money(line.total.amount, line.total.currency),
        }
        for line in order.lines
    ]
    subject, text, html = ORDER_CONFIRMED.render({"number": order.number, **values}, rows)
    return Mail(order.email, subject, text, html)
