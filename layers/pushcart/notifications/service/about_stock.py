"""What is told to whoever waits for something that is sold out. They have no account: who they are, the item says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.notifications.mailer import Mail
from pushcart.notifications.service.composition import Composed, Subject
from pushcart.notifications.templates.back_in_stock import ASKED, BACK
from pushcart.notifications.templates.letter import Letter
from utils.messages import EventMessage
from utils.settings import setting

LETTERS: Final[dict[str, Letter]] = {"stock_subscription.asked": ASKED, "stock_subscription.due": BACK}


def subject_of(message: EventMessage) -> Subject | None:
    """Return what is told about a subscription, ``None`` for any other event."""
    key = inventory.subscription_of(message)
    return Subject((key,), partial(_composed, message)) if key else None


def _composed(message: EventMessage, found: Sequence[Any]) -> Composed:
    waiting = inventory.subscription_letter(message, found[0])
    if waiting is None:
        return Composed(None, None)
    values = {"title": waiting.title, "token": waiting.token}
    storefront = setting("STOREFRONT_URL").rstrip("/")
    subject, text, html = LETTERS[message.type].render(values, storefront=storefront)
    return Composed(None, Mail(waiting.email, subject, text, html))
