"""Saying that a route will go, and when: by declaration, in headers that programs can read (requirement A6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import NamedTuple


class Deprecated(NamedTuple):
    """That a route is deprecated since a day, ends on another, and what takes its place.

    Attributes
    ----------
    since
        From when on nobody should begin to use it (``Deprecation``, RFC 9745).
    sunset
        When it stops answering (``Sunset``, RFC 8594); not before ``since``.
    successor
        Where its successor is, a path of this API (``Link: …; rel="successor-version"``, RFC 5829).

    Example
    -------
    >>> Deprecated(date(2026, 1, 1), sunset=date(2026, 7, 1)).headers["deprecation"]
    '@1767225600'
    """

    since: date
    sunset: date | None = None
    successor: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell of it (RFC 9745; RFC 8594; RFC 8288)."""
        headers = {"deprecation": f"@{int(_midnight(self.since).timestamp())}"}
        if self.sunset:
            headers["sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        if self.successor:
            headers["link"] = f'<{self.successor}>; rel="successor-version"'
        return headers


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
