"""One unit of work on DynamoDB: the reads that a use case needs and the pieces that it writes, all or nothing.

A use case is handed a :class:`Transaction`; repositories read through it and append pieces to it, each with the
problem that its failed condition means; whoever opened it (``@route``, ``@queue``) commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from utils.clock import now, rfc3339
from utils.commits import Piece, Refusal, write
from utils.errors import StaleVersion, Unavailable
from utils.models import Item, Key, key_request, put_request
from utils.reads import fetch


class Precondition(Protocol):
    """Something that must hold before a use case runs, told by one item that joins its first read."""

    @property
    def key(self) -> Key: ...

    def needs_reading(self, *, writes: bool) -> bool:
        """Whether it must be read though nothing else is; a piece of a commit that ``writes`` may tell the same."""

    def verify(self, item: Item | None) -> None:
        """Raise when the item, as read, says that the use case must not run."""


class Companion(Protocol):
    """Something that is written along with whatever is: it counts writes, say."""

    def piece(self) -> Piece:
        """Return the piece; asked for when all has been read."""


class Transaction:
    """Reads, then pieces, then one commit.

    Parameters
    ----------
    preconditions
        Items that are read along with the first read, at no extra call, and verified.
    companions
        What is written along with the first commit that writes anything.
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

    def __init__(
        self,
        *,
        preconditions: Sequence[Precondition] = (),
        companions: Sequence[Companion] = (),
        batch: bool = False,
    ) -> None:
        self._unverified = list(preconditions)
        self._companions = list(companions)
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
        if any(precondition.needs_reading(writes=not self.is_empty) for precondition in self._unverified):
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
        steps, stamp = [*actions, version.set(version + 1)], None
        updated_at: Any = getattr(model, "updated_at", None)
        if updated_at is not None:
            steps.append(updated_at.set(self.moment))
            stamp = {"version": {"N": str(int(item.version) + 1)}, "updated_at": {"S": self.moment}}  # type: ignore[attr-defined]
        self._append("Update", key_request(item.key, condition, steps), refused or StaleVersion(), stamp)

    def adjust(self, key: Key, *actions: Action, when: Condition | None = None, refused: Refusal | None = None) -> None:
        """Append a blind update, for counters that many change at once: no version is compared or reset.

        Without a condition it makes the item that is not there yet.
        """
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

    def abandon(self) -> None:
        """Forget what was appended: for whoever answers a failure themselves, since a handler's pieces are written."""
        self._pieces = []

    def count_refused(self) -> None:
        """Write what accompanies a commit though nothing else is written: a try that is refused counts all the same.

        For what must not be guessed at, such as a promotion's code; called ahead of raising the refusal.

        Raises
        ------
        Problem
            When that itself is refused: the caller has tried too often.
        """
        companions, self._companions = self._companions, []
        write([companion.piece() for companion in companions])

    def _append(
        self, kind: Any, request: dict[str, Any], refused: Refusal | None, stamp: dict[str, Any] | None = None
    ) -> None:
        self._pieces.append(Piece(kind, request, refused or Unavailable(), stamp))

    def commit(self) -> None:
        """Write all pieces or none (:func:`utils.commits.write`), and forget them.

        Raises
        ------
        Problem
            What the failed conditions mean; :class:`~utils.errors.Unavailable` when it is worth another try.
        """
        pieces, self._pieces = self._pieces, []
        if pieces:
            companions, self._companions = self._companions, []
            pieces += [companion.piece() for companion in companions]
        write(pieces)
