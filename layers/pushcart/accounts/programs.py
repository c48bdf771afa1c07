"""Programs that act for themselves: that their API key or OAuth client still holds."""

from __future__ import annotations

from typing import Final, NamedTuple

from pushcart.accounts.models.api_keys import ApiKeyItem
from pushcart.accounts.models.clients import ClientItem
from utils.errors import Unauthenticated
from utils.models import Item, Key

API_KEY, CLIENT = "key_", "cli_"
_MODELS: Final[dict[str, type[ApiKeyItem | ClientItem]]] = {API_KEY: ApiKeyItem, CLIENT: ClientItem}


def program_key(program_id: str) -> Key:
    """Return where a program's item stands.

    Raises
    ------
    Unauthenticated
        When it is neither a key nor a client.
    """
    model = _MODELS.get(program_id[:4])
    if model is None:
        raise Unauthenticated("This program is none of ours.")
    return model.key_of(program_id)


def is_live_program(item: Item | None) -> bool:
    """Whether a key or a client, as read, may still be used."""
    return isinstance(item, ApiKeyItem | ClientItem) and item.is_live


class LiveProgram(NamedTuple):
    """The precondition that the calling program was not revoked, and has not lapsed, since it was let in."""

    program_id: str

    @property
    def key(self) -> Key:
        return program_key(self.program_id)

    def needs_reading(self, *, writes: bool) -> bool:  # noqa: ARG002 - a commit does not tell it
        return True

    def verify(self, item: Item | None) -> None:
        if not is_live_program(item):
            raise Unauthenticated("This API key or client was revoked, or has expired.")
