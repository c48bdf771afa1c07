"""Writing the pieces of a transaction, all or nothing, and what each refusal of DynamoDB's means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from botocore.exceptions import ClientError

from utils import aws
from utils.backoff import tries
from utils.errors import Problem, Unavailable, merged

MAX_PIECES: Final = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

Refusal = Problem | Callable[[dict[str, Any] | None], Problem]
"""What a failed condition means: a problem, or a function from the item as it stood (raw, or ``None``) to one."""


class Piece(NamedTuple):
    """One operation of a transaction. ``stamp`` is what tells an item that it wrote from anybody else's work.

    ``accompanies``: it counts what the others do, on an item that one caller's requests share. When others are at that
    item in the same moment, it is written ahead by itself, so that a caller's parallel requests are not in each other's
    way; a crash between the two counts one too many.
    """

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: dict[str, Any]
    refused: Refusal
    stamp: dict[str, Any] | None = None
    accompanies: bool = False

    def problem(self, raw: dict[str, Any] | None) -> Problem:
        return self.refused if isinstance(self.refused, Problem) else self.refused(raw)

    def has_left(self, raw: dict[str, Any] | None) -> bool:
        """Whether the item, as it stands, is what this operation makes of it."""
        if self.kind == "Delete":
            return raw is None
        left = self.request.get("Item") or self.stamp
        if raw is None or left is None:
            return False
        return all(raw.get(name) == value for name, value in left.items())


def write(pieces: list[Piece]) -> None:
    """Write all pieces or none. A single piece is a plain write, at half the price; none is no call.

    Raises
    ------
    Problem
        What the failed conditions mean; several with one code are told together. :class:`Unavailable` when conflicts
        or throttling outlast the retries; nothing is written then.
    """
    if len(pieces) > MAX_PIECES:
        raise ValueError(f"{len(pieces)} pieces: DynamoDB takes {MAX_PIECES} in one transaction")
    if not pieces:
        return
    for _ in tries():
        try:
            failed = _try(pieces)
        except _CounterBusy as busy:
            write([busy.counter])
            pieces = [piece for piece in pieces if piece is not busy.counter]
            failed = _try(pieces)
        if failed is None:
            return
        if failed:
            raise merged(failed)
    raise Unavailable


class _CounterBusy(Exception):
    """All that was in the way of a transaction is the item of the counter that accompanies it."""

    def __init__(self, counter: Piece) -> None:
        super().__init__(counter.request)
        self.counter = counter


def _try(pieces: list[Piece]) -> list[Problem] | None:
    """Try once: ``None`` when written, the problems when refused, an empty list when it is worth another try."""
    try:
        if len(pieces) == 1 and pieces[0].kind != "ConditionCheck":
            aws.call("dynamodb", f"{pieces[0].kind}Item", **pieces[0].request)
        else:
            aws.call("dynamodb", "TransactWriteItems", TransactItems=[{p.kind: p.request} for p in pieces])
    except ClientError as refusal:
        code = aws.error_code(refusal)
        if code == "ConditionalCheckFailedException":
            return _refused(pieces[0], refusal)
        if code == "TransactionCanceledException":
            return _cancelled(pieces, refusal)
        if code in {"TransactionConflictException", "TransactionInProgressException"}:
            return []
        raise
    return None


def _refused(piece: Piece, refusal: ClientError) -> list[Problem] | None:
    """Tell a refusal from botocore's own second try of a write whose first answer was lost: that one is done.

    A transaction needs no such care: its second try bears the token of the first.
    """
    raw: dict[str, Any] | None = refusal.response.get("Item")  # type: ignore[assignment]
    repeated = refusal.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
    return None if repeated and piece.has_left(raw) else [piece.problem(raw)]


def _cancelled(pieces: list[Piece], refusal: ClientError) -> list[Problem]:
    reasons: list[dict[str, Any]] = refusal.response.get("CancellationReasons", [])  # type: ignore[assignment]
    failed = [
        piece.problem(reason.get("Item"))
        for piece, reason in zip(pieces, reasons, strict=True)
        if reason.get("Code") == "ConditionalCheckFailed"
    ]
    passing = aws.THROTTLING | {"TransactionConflict"}
    if not failed and not any(reason.get("Code") in passing for reason in reasons):
        raise refusal
    busy = [piece for piece, reason in zip(pieces, reasons, strict=True) if reason.get("Code") in passing]
    if not failed and len(busy) == 1 and busy[0].accompanies:
        raise _CounterBusy(busy[0])
    return failed
