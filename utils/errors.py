"""Problems that a caller is told of, by code. ``STATUS`` is the one place where a code becomes an HTTP status.

A domain error is a subclass with its own code (``InsufficientStock``); services raise it and know no HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

STATUS: Final[dict[str, int]] = {
    "VALIDATION_ERROR": 400,
    "MALFORMED_JSON": 400,
    "INVALID_CURSOR": 400,
    "IDEMPOTENCY_KEY_REQUIRED": 400,
    "UNAUTHENTICATED": 401,
    "TOKEN_EXPIRED": 401,
    "FORBIDDEN": 403,
    "STEP_UP_REQUIRED": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "EMAIL_TAKEN": 409,
    "INSUFFICIENT_STOCK": 409,
    "INVALID_STATE": 409,
    "IDEMPOTENCY_IN_PROGRESS": 409,
    "STALE_VERSION": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "VERSION_REQUIRED": 428,
    "RATE_LIMITED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}


class ErrorEntry(NamedTuple):
    """One entry of the envelope's ``errors``: for a program, for a person, where, and the particulars."""

    code: str
    message: str
    field: str | None = None
    detail: str | None = None


class Problem(Exception):
    """Something that the caller is told. Carries at least one :class:`ErrorEntry`.

    Example
    -------
    >>> NotFound("order").status
    404
    """

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, *, field: str | None = None, detail: str | None = None) -> None:
        super().__init__(message)
        self.entries: tuple[ErrorEntry, ...] = (ErrorEntry(self.code, message, field, detail),)
        self.retry_after: int | None = None
        self.headers: dict[str, str] = {}

    @property
    def status(self) -> int:
        return STATUS[self.code]


def merged(problems: Sequence[Problem]) -> Problem:
    """Return the first problem, with the entries of all others of its code: nothing is told by halves."""
    first = problems[0]
    first.entries = tuple(entry for problem in problems if problem.code == first.code for entry in problem.entries)
    return first


class ValidationFailed(Problem):
    code = "VALIDATION_ERROR"

    @classmethod
    def of(cls, entries: Sequence[ErrorEntry]) -> ValidationFailed:
        """Make one problem of many entries, one for each bad field."""
        problem = cls("The request is not valid.")
        problem.entries = tuple(entries)
        return problem


class MalformedJson(Problem):
    code = "MALFORMED_JSON"


class InvalidCursor(Problem):
    code = "INVALID_CURSOR"


class IdempotencyKeyRequired(Problem):
    code = "IDEMPOTENCY_KEY_REQUIRED"


class Unauthenticated(Problem):
    code = "UNAUTHENTICATED"


class TokenExpired(Problem):
    code = "TOKEN_EXPIRED"


class Forbidden(Problem):
    code = "FORBIDDEN"


class NotFound(Problem):
    """No such thing, or somebody else's: the same bytes for both (security.md, BOLA)."""

    code = "NOT_FOUND"

    def __init__(self, what: str = "resource") -> None:
        super().__init__(f"No such {what}.")


class Conflict(Problem):
    code = "CONFLICT"


class InvalidState(Problem):
    code = "INVALID_STATE"


class StaleVersion(Problem):
    code = "STALE_VERSION"

    def __init__(self) -> None:
        super().__init__("It was changed since you read it. Read it again and send its ETag as If-Match.")


class VersionRequired(Problem):
    code = "VERSION_REQUIRED"


class PayloadTooLarge(Problem):
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(Problem):
    code = "UNSUPPORTED_MEDIA_TYPE"


class IdempotencyKeyReused(Problem):
    code = "IDEMPOTENCY_KEY_REUSED"


class Internal(Problem):
    code = "INTERNAL"


class Unavailable(Problem):
    """Try again: a dependency is slow, throttled or in conflict. Nothing was written."""

    code = "UNAVAILABLE"

    def __init__(self, message: str = "Busy. Try again shortly, with the same Idempotency-Key.") -> None:
        super().__init__(message)
        self.retry_after = 1


class Overtaken(Unavailable):
    """Somebody else changed what was read before it could be written. Nothing was; the use case can run again.

    A refusal for writers that sent no ``If-Match``: they have no opinion on the version, so ``@route`` runs them once
    more on what is there now (:mod:`utils.rerun`). Only one who is overtaken every time learns of it, as 503.
    """
