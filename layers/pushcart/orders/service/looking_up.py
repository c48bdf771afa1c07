"""Finding one's order again by its number and the address that it was ordered with.

Nobody learns from it whether there is such an order: the answer is one, and so is the work (two batch reads and one
transaction of as many items). The link goes to the address on the order, and to no other.
"""

from __future__ import annotations

from typing import Final

from pushcart.accounts import service as accounts
from pushcart.orders import events, repository
from pushcart.orders.staff_schemas import LookUpOrder, OrderLookedUp
from pushcart.outbox.service import announce
from utils.ids import new_id
from utils.transaction import Transaction

KIND: Final = "order_link"
NO_ORDER: Final = "none"


def look_up(tx: Transaction, data: LookUpOrder) -> OrderLookedUp:
    """Have a link to an order mailed to its buyer: at most three an hour to one address, and for one order."""
    number = data.number.upper()
    limits = [accounts.asked_mails_key(KIND, data.email), accounts.asked_mails_key(KIND, number)]
    claim, *asked = tx.read(repository.number_key(number), *limits)
    order_id = claim.order_id if claim else NO_ORDER
    contact = tx.read_one(repository.contact_key(order_id))
    # Both are noted, whatever they say, so that each costs the same.
    granted = [accounts.note_asked_mail(tx, key, found) for key, found in zip(limits, asked, strict=True)]
    is_theirs = contact is not None and contact.email == data.email
    event = events.link_requested(order_id) if is_theirs and all(granted) else events.link_unanswered()
    # An aggregate of its own: a stranger's wish must not move the order, nor be in its way.
    announce(tx, aggregate=new_id("olk"), sequence=1, type=event.type, data=event.data)
    return OrderLookedUp(number=number, email=data.email)
