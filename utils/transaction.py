"""One unit of work on DynamoDB: the reads that a use case needs and the pieces that it writes, all or nothing.

A use case is handed a :class:`Transaction`; repositories read through it and append pieces to it, each with the
problem that its failed condition means; whoever opened it (``@route``, ``@queue``) commits. This is the only place
that knows of limits, conflicts and retries.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple, Protocol

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from utils import aws
from utils.clock import now, rfc3339
from utils.errors import Problem, StaleVersion, Unavailable, merged
from utils.models import Item, Key, key_request, put_request

MAX_PIECES: Final = 100
CONFLICT_RETRIES: Final = 6
CONFLICT_BASE_SECONDS: Final = 0.025
CONFLICT_CAP_SECONDS: Final = 0.8

Refusal = Problem | Callable[[dict[str, Any] | None], Problem]
"""What a failed condition means: a problem, or a function from the item as it stood (raw, or ``None``) to one."""


class Precondition(Protocol):
    """Something that must hold before a use case runs, told by one item that joins its first read."""

    @property
    def key(self) -> Key: ...

    @property
    def held_by_commit(self) -> bool:
        """Whether a piece of the commit tells the same, so that nothing need be read only for this."""

    def verify(self, item: Item | None) -> None:
        """Raise when the item, as read, says that the use case must not run."""


class Piece(NamedTuple):
    """One operation of a transaction."""

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: dict[str, Any]
    refused: Refusal

    def problem(self, raw: dict[str, Any] | None) -> Problem:
        return self.refused if isinstance(self.refused, Problem) else self.refused(raw)


class Transaction:
    """Reads, then pieces, then one commit.

    Parameters
    ----------
    preconditions
        Items that are read along with the first read, at no extra call, and verified.
    batch
        Read even a single item by BatchGetItem, so that a route needs one verb in its policy whether or not a
        precondition joins in.

    Attributes
    ----------
    moment
        When all of it happens (RFC 3339): one time for every item, so that an answer shows what is stored.

    Example
    -------
    >>> tx = Transaction()  # doctest: +SKIP
    >>> (cart,) = tx.read(Cart.key_of(cart_id))  # doctest: +SKIP
    >>> tx.change(cart, Cart.status.set("converted"), when=Cart.status == "open", refused=InvalidState("…"))
    >>> tx.commit()
    """

    def __init__(self, *, preconditions: Sequence[Precondition] = (), batch: bool = False) -> None:
        self._unverified = list(preconditions)
        self._batch = batch
        self._pieces: list[Piece] = []
        self.moment: Final = rfc3339(now())

    @property
    def is_empty(self) -> bool:
        return not self._pieces

    # -- reading ------------------------------------------------------------------------------------------------

    def read_one(self, key: Key, *, consistent: bool = True) -> Any:
        """Return the item at ``key``, or ``None``."""
        return self.read(key, consistent=consistent)[0]

    def read(self, *keys: Key, consistent: bool = True) -> list[Any]:
        """Return the items at ``keys`` in their order, ``None`` for each that does not exist, in one call.

        At most 100 keys with the preconditions' (BatchGetItem's limit). Reads are consistent unless told otherwise.

        Raises
        ------
        Problem
            What an unmet precondition raises.
        """
        preconditions, self._unverified = self._unverified, []
        wanted = list(keys) + [precondition.key for precondition in preconditions]
        items = fetch(wanted, consistent=consistent, batch=self._batch)
        for precondition in preconditions:
            precondition.verify(items.get(precondition.key))
        return [items.get(key) for key in keys]

    def verify_preconditions(self) -> None:
        """Read and verify what no read has yet, unless the commit will tell it anyway."""
        if any(self.is_empty or not precondition.held_by_commit for precondition in self._unverified):
            self.read()

    # -- writing ------------------------------------------------------------------------------------------------

    def create(self, item: Item, *, taken: Refusal) -> None:
        """Append a put of a new item; ``taken`` says what it means that one exists."""
        self.put(item, when=type(item).pk.does_not_exist(), refused=taken)

    def put(self, item: Item, *, when: Condition | None = None, refused: Refusal | None = None) -> None:
        """Append a put that may replace. For whole items whose every attribute this code knows (records, inboxes)."""
        self._append("Put", put_request(item, when), refused)

    def change(
        self, item: Item, *actions: Action, when: Condition | None = None, refused: Refusal | None = None
    ) -> None:
        """Append an update of an item that was read, on condition that nobody changed it since.

        The item's ``version`` is compared and counted up, and ``updated_at`` set where the model has it. A condition
        of the caller's comes on top; when the version is what failed, the refusal is ``STALE_VERSION`` unless
        ``refused`` says otherwise.
        """
        model = type(item)
        version: Any = model.version  # type: ignore[attr-defined]
        unchanged = version == item.version  # type: ignore[attr-defined]
        condition = unchanged if when is None else unchanged & when
        steps = [*actions, version.set(version + 1)]
        updated_at: Any = getattr(model, "updated_at", None)
        if updated_at is not None:
            steps.append(updated_at.set(self.moment))
        self._append("Update", key_request(item.key, condition, steps), refused or StaleVersion())

    def adjust(self, key: Key, *actions: Action, when: Condition, refused: Refusal) -> None:
        """Append a blind update, for counters that many change at once: no version is compared or reset."""
        self._append("Update", key_request(key, when, actions), refused)

    def remove(self, key: Key, *, when: Condition | None = None, refused: Refusal | None = None) -> None:
        """Append a delete."""
        self._append("Delete", key_request(key, when), refused)

    def require(self, key: Key, when: Condition, *, refused: Refusal) -> None:
        """Append a check of an item that is not written."""
        self._append("ConditionCheck", key_request(key, when), refused)

    def lead(self, item: Item, *, when: Condition, refused: Refusal) -> None:
        """Put ``item`` ahead of all other pieces: when its condition fails, that is what the caller is told."""
        self._pieces.insert(0, Piece("Put", put_request(item, when), refused))

    def _append(self, kind: Any, request: dict[str, Any], refused: Refusal | None) -> None:
        self._pieces.append(Piece(kind, request, refused or Unavailable()))

    def discard(self) -> None:
        """Forget all pieces: the use case was refused."""
        self._pieces.clear()

    def commit(self) -> None:
        """Write all pieces or none. A single piece is a plain write, at half the price; none is no call.

        Raises
        ------
        Problem
            What the failed conditions mean; several with one code are told together. :class:`Unavailable` when
            conflicts or throttling outlast the retries; nothing is written then.
        """
        pieces, self._pieces = self._pieces, []
        if len(pieces) > MAX_PIECES:
            raise ValueError(f"{len(pieces)} pieces: DynamoDB takes {MAX_PIECES} in one transaction")
        if not pieces:
            return
        for attempt in range(CONFLICT_RETRIES + 1):
            if attempt:
                _pause(attempt)
            failed = _write(pieces)
            if failed is None:
                return
            if failed:
                raise merged(failed)
        raise Unavailable


def _write(pieces: list[Piece]) -> list[Problem] | None:
    """Try once: ``None`` when written, the problems when refused, an empty list when it is worth another try."""
    try:
        if len(pieces) == 1 and pieces[0].kind != "ConditionCheck":
            aws.call("dynamodb", f"{pieces[0].kind}Item", **pieces[0].request)
        else:
            aws.call("dynamodb", "TransactWriteItems", TransactItems=[{p.kind: p.request} for p in pieces])
    except ClientError as refusal:
        code = aws.error_code(refusal)
        if code == "ConditionalCheckFailedException":
            return [pieces[0].problem(refusal.response.get("Item"))]  # type: ignore[arg-type]
        if code == "TransactionCanceledException":
            return _cancelled(pieces, refusal)
        if code in {"TransactionConflictException", "TransactionInProgressException"}:
            return []
        raise
    return None


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
    return failed


def fetch(keys: Sequence[Key], *, consistent: bool = True, batch: bool = False) -> dict[Key, Any]:
    """Return the items that exist at ``keys``, across tables, in one call; more only when DynamoDB leaves some over."""
    if not keys:
        return {}
    if len(keys) == 1 and not batch:
        return _fetch_one(keys[0], consistent=consistent)
    by_address = {(key.model.table.physical_name, key.pk, key.sk): key for key in keys}
    pending: dict[str, Any] = {}
    for (table, _, _), key in by_address.items():
        request = pending.setdefault(table, {"Keys": [], "ConsistentRead": consistent})
        request["Keys"].append(key.raw)
    items: dict[Key, Any] = {}
    for attempt in range(CONFLICT_RETRIES + 1):
        if attempt:
            _pause(attempt)
        answer = aws.call("dynamodb", "BatchGetItem", RequestItems=pending)
        for table, found in answer["Responses"].items():
            for raw in found:
                key = by_address[table, raw["pk"]["S"], raw["sk"]["S"]]
                items[key] = key.model.from_raw_data(raw)
        pending = answer.get("UnprocessedKeys") or {}
        if not pending:
            return items
    raise Unavailable


def _pause(attempt: int) -> None:
    """Wait with full jitter, up to 800 ms (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)."""
    time.sleep(random.uniform(0, min(CONFLICT_CAP_SECONDS, CONFLICT_BASE_SECONDS * 2**attempt)))  # noqa: S311


def _fetch_one(key: Key, *, consistent: bool) -> dict[Key, Any]:
    answer = aws.call(
        "dynamodb", "GetItem", TableName=key.model.table.physical_name, Key=key.raw, ConsistentRead=consistent
    )
    raw = answer.get("Item")
    return {key: key.model.from_raw_data(raw)} if raw else {}
