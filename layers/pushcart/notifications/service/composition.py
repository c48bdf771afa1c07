"""What is to be sent about an event: by whom its words are found, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pushcart.notifications.mailer import Mail
from utils.models import Key


class NothingToSay(LookupError):
    """A message asks for a mail that nobody has words or an order for; it ends among the dead letters."""


class Composed(NamedTuple):
    """A mail and whose notification it is; no mail where there is nobody, or no need, to write to."""

    owner_id: str | None
    mail: Mail | None


class Subject(NamedTuple):
    """What has to be read before anything can be said of an event, and what is said then of the items at ``keys``."""

    keys: tuple[Key, ...]
    compose: Callable[[Sequence[Any]], Composed]
