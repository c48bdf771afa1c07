"""Atomic idempotency: the record of an answer is put in the very transaction that is its effect (data.md).

There is no claim, no lease and no extra call: the record is read in the batch that reads the inputs, and put, under
``attribute_not_exists`` and with the rendered answer, in the business transaction. Of many requests with one key at
once, one commits; the others fail on the record, are handed it by DynamoDB (``ALL_OLD``), and answer the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, NamedTuple, NoReturn

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from utils import sealing
from utils.clock import now
from utils.envelope import Answer
from utils.ephemeral import ephemeral
from utils.errors import IdempotencyKeyRequired, IdempotencyKeyReused, Problem, ValidationFailed
from utils.models import Item, Key
from utils.transaction import Transaction

KEPT: Final = timedelta(hours=24)
KEPT_FOR_MONEY: Final = timedelta(days=30)
MAX_STORED_BYTES: Final = 300_000
"""An item holds 400 KB; an answer beyond this is a design error, told at once rather than by DynamoDB."""
STORED_PROBLEMS: Final = frozenset({404, 409, 412})
PURPOSE: Final = "idempotency"


class IdempotencyRecord(Item):
    """The first answer to a key, kept 24 hours (30 days where money moves)."""

    table = ephemeral
    fingerprint = UnicodeAttribute()
    status = NumberAttribute()
    headers = UnicodeAttribute()
    body = UnicodeAttribute(null=True)
    cuts = UnicodeAttribute(null=True)
    ttl = NumberAttribute()


class Replay(Problem):
    """The key was answered before: answer the same again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("replayed")
        self.answer = answer


class IdempotencyGuard(NamedTuple):
    """Guards one request that came with a key, as a precondition: its record joins the first read."""

    principal: str
    route: str
    idempotency_key: str
    fingerprints: tuple[str, ...]
    """Of this request, under each key of the pepper: the record may have been made before a rotation."""
    kept: timedelta

    @property
    def key(self) -> Key:
        return Key(IdempotencyRecord, f"IDEM#{self.principal}#{self.route}#{self.idempotency_key}", "META")

    def needs_reading(self, *, writes: bool) -> bool:
        return not writes

    def verify(self, item: Item | None) -> None:
        """Raise :class:`Replay` when there is a live record of this request, of another: IDEMPOTENCY_KEY_REUSED."""
        if isinstance(item, IdempotencyRecord) and item.ttl > now().timestamp():
            raise self._told(item)

    def record(self, tx: Transaction, answer: Answer) -> None:
        """Append the record of ``answer``, ahead of all else."""
        body, cuts = _cut(answer)
        size = len((body or "").encode())
        if size > MAX_STORED_BYTES:
            raise ValueError(f"{self.route} answers {size} bytes: too much to be kept under a key")
        moment = now()
        record = IdempotencyRecord(
            self.key.pk,
            self.key.sk,
            fingerprint=self.fingerprints[0],
            status=answer.status,
            headers=json.dumps(answer.headers),
            body=body,
            cuts=cuts,
            ttl=int((moment + self.kept).timestamp()),
        )
        # TTL deletes late, so a record that has lapsed may still be there.
        free = IdempotencyRecord.pk.does_not_exist() | (IdempotencyRecord.ttl <= int(moment.timestamp()))
        tx.lead(record, when=free, refused=self._taken)

    def _taken(self, raw: dict[str, Any] | None) -> Problem:
        if raw is None:
            raise RuntimeError("DynamoDB sent no item with a failed condition: ALL_OLD was asked for")
        return self._told(IdempotencyRecord.from_raw_data(raw))

    def _told(self, record: IdempotencyRecord) -> Problem:
        if record.fingerprint not in self.fingerprints:
            return IdempotencyKeyReused("This Idempotency-Key was used for another request. Use a fresh one.")
        answer = Answer(int(record.status), record.body, json.loads(record.headers))
        return Replay(_restored(answer, record.cuts))


def guard(
    principal: str, route: str, idempotency_key: str, *, method: str, path: str, body: bytes, money: bool
) -> IdempotencyGuard:
    """Make the guard of a request.

    The fingerprint is a code under the pepper, never a bare hash: a body can hold a password.

    Raises
    ------
    ValidationFailed
        When the key is not 1 to 255 printable characters.
    """
    if not (1 <= len(idempotency_key) <= 255 and idempotency_key.isascii() and idempotency_key.isprintable()):
        raise ValidationFailed("Idempotency-Key takes 1 to 255 printable characters.", field="Idempotency-Key")
    fingerprints = tuple(sealing.macs(PURPOSE, method, path, body))
    return IdempotencyGuard(principal, route, idempotency_key, fingerprints, KEPT_FOR_MONEY if money else KEPT)


def refuse_missing() -> NoReturn:
    raise IdempotencyKeyRequired(
        "Send an Idempotency-Key header with a fresh value (a UUID, say), and the same one when you try again.",
        field="Idempotency-Key",
    )


def _cut(answer: Answer) -> tuple[str | None, str | None]:
    """Take the tokens out of a body, since no secret is stored. By position: a mark in the text could be forged."""
    body, cuts = answer.body, []
    for token, purpose, subject in answer.secrets:
        if body is None:
            break
        position = body.index(token)
        body = body[:position] + body[position + len(token) :]
        cuts.append([position, purpose, subject, token.partition(".")[0][1:]])
    return body, json.dumps(cuts) if cuts else None


def _restored(answer: Answer, cuts: str | None) -> Answer:
    body = answer.body or ""
    for position, purpose, subject, version in reversed(json.loads(cuts or "[]")):
        body = body[:position] + sealing.mac(purpose, subject, version=version) + body[position:]
    return replace(answer, body=body) if cuts else answer
