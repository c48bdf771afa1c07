"""The only source of time. Nothing else may ask the system for it, so that a test clock moves everything at once."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with milliseconds: the form in which every time is stored and answered.

    All such strings have one length, so they sort as the moments do.

    Example
    -------
    >>> rfc3339(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read what :func:`rfc3339` wrote."""
    return datetime.fromisoformat(text)
