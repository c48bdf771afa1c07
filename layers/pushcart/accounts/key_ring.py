"""Which keys sign access tokens, and whose tokens are taken: a list that every process reads for itself.

A successor is in the list ten minutes before it signs, and its predecessor until fifteen minutes after. A process keeps
the list for five. So whoever signs knows the newest key, whoever verifies knows it before anybody signs with it, and a
set that was fetched from us and kept for five minutes more does too (security.md).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from pushcart import queues
from pushcart.accounts import signing_keys
from pushcart.accounts.repository.signing_keys import generations
from pushcart.accounts.signing_keys import PublicKey
from utils import aws
from utils.clock import now, rfc3339
from utils.errors import Unavailable
from utils.log import logger

KEPT: Final = timedelta(minutes=5)
ASKED_AGAIN: Final = timedelta(minutes=1)
"""How soon the list is read again for a key that is not in it, or because reading failed: anybody can make up ids."""


class Generation(NamedTuple):
    """A key of KMS, and when it signs (RFC 3339). Without ``kid`` it is the first one, of which only KMS can tell."""

    key_id: str
    kid: str | None = None
    signs_from: str = ""
    retires_at: str | None = None

    def is_published(self, moment: str) -> bool:
        """Whether tokens of this key are taken at ``moment`` (RFC 3339)."""
        return self.retires_at is None or moment < self.retires_at


class KeyRing:
    """One process's knowledge of the keys."""

    def __init__(self) -> None:
        self._generations: list[Generation] = []
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._public: dict[str, PublicKey] = {}
        self._reading = Lock()

    def signing(self) -> tuple[str, str]:
        """Return the id of the key that signs now, and its ``kid``.

        Raises
        ------
        Unavailable
            When neither the table nor what was read before tells.
        """
        self._refresh(KEPT)
        moment = rfc3339(now())
        current = max(
            (one for one in self._generations if one.signs_from <= moment),
            key=lambda one: one.signs_from,
            default=self._generations[0],
        )
        return current.key_id, current.kid or self._half(current).kid

    def find(self, kid: str) -> PublicKey | None:
        """Return the key that ``kid`` names, if tokens of it are taken.

        Raises
        ------
        Unavailable
            When KMS does not tell its public half, or the list may be outdated and cannot be read.
        """
        self._refresh(KEPT)
        found = self._held(kid)
        if found is None and self._refresh(ASKED_AGAIN):
            found = self._held(kid)
        if found is None and self._is_older(self._read_at, KEPT):
            raise Unavailable
        return found

    def published(self) -> list[PublicKey]:
        """Return every key whose tokens are taken, the oldest first."""
        self._refresh(KEPT)
        moment = rfc3339(now())
        shown = [self._told(one) for one in self._generations if one.is_published(moment)]
        return [one for one in shown if one]

    def forget(self) -> None:
        """Know nothing, as a new process does."""
        self._read_at = self._tried_at = None
        self._public.clear()

    def _held(self, kid: str) -> PublicKey | None:
        moment = rfc3339(now())
        for one in self._generations:
            if one.is_published(moment) and (one.kid or self._half(one).kid) == kid:
                return self._told(one)
        return None

    def _told(self, generation: Generation) -> PublicKey | None:
        """Return the public half, unless KMS refuses it or says another: then somebody else wrote the item."""
        try:
            half = self._half(generation)
        except aws.Refusal as refusal:
            logger.error("KMS refuses a signing key", extra={"kid": generation.kid, "code": aws.error_code(refusal)})
            return None
        if generation.kid in {None, half.kid}:
            return half
        logger.error("a signing key is not the one that its item names", extra={"kid": generation.kid})
        return None

    def _half(self, generation: Generation) -> PublicKey:
        """Return what KMS says; it is asked once, since a key never gets another public half."""
        if generation.key_id not in self._public:
            self._public[generation.key_id] = signing_keys.read(generation.key_id)
        return self._public[generation.key_id]

    def _refresh(self, kept: timedelta) -> bool:
        """Read the list if it is older than ``kept``, once a minute at most; say whether it was. What is held serves on
        while the table cannot be read: a key's times are in the list, so it ends on time."""
        with self._reading:
            held = self._read_at is not None
            if not self._is_older(self._read_at, kept) or (held and not self._is_older(self._tried_at, ASKED_AGAIN)):
                return False
            self._tried_at = now()
            try:
                items = generations()
            except Unavailable:
                if not held:
                    raise
                return False
            listed = [Generation(one.key_id, one.kid, one.signs_from, one.retires_at) for one in items]
            listed.sort(key=lambda one: one.signs_from)
            self._generations, self._read_at = listed or [Generation(queues.token_signing.key_id)], self._tried_at
            return True

    @staticmethod
    def _is_older(moment: datetime | None, than: timedelta) -> bool:
        """Whether ``moment`` is so long ago; one in the future is from before a clock was set back."""
        return moment is None or not moment <= now() < moment + than


RING: Final = KeyRing()
"""This process's own."""
