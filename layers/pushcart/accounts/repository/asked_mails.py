"""Reading and writing how often a mail was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from pushcart.accounts.models.asked_mails import AskedMailsItem
from utils import sealing
from utils.errors import Overtaken
from utils.models import Key
from utils.transaction import Transaction


def asked_key(kind: str, email: str) -> Key:
    """Return where it is noted: under a code, so that no address stands in the table."""
    return AskedMailsItem.key_of(sealing.mac("asked-mail", kind, email))


def note_asked(tx: Transaction, key: Key, found: AskedMailsItem | None, moments: Sequence[int], *, until: int) -> None:
    """Append the moments that count from now on, on condition that nobody asked since ``found`` was read."""
    version = int(found.version) if found else 0
    noted = AskedMailsItem(key.pk, key.sk, moments=list(moments), version=version + 1, ttl=until)
    unchanged = AskedMailsItem.version == version if found else AskedMailsItem.pk.does_not_exist()
    tx.put(noted, when=unchanged, refused=Overtaken())
