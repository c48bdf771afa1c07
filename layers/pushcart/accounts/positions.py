"""Where on earth a sign-in comes from, as far as somebody in front of us can tell: a port, and who answers it.

A position is personal, so it is rounded to about ten kilometres before anything is done with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Final, NamedTuple, Protocol

from utils.settings import setting

EARTH_KM: Final = 6371.0
DIGITS: Final = 1
"""Of a degree: 11 km at most."""


class Position(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float

    def kilometres_to(self, other: Position) -> float:
        """Return the great-circle distance (haversine formula).

        Example
        -------
        >>> round(Position(52.5, 13.4).kilometres_to(Position(48.9, 2.4)))
        871
        """
        here, there = radians(self.latitude), radians(other.latitude)
        east = radians(other.longitude - self.longitude)
        haversine = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(east / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(min(1.0, haversine)))


class Locator(Protocol):
    """Tells where a request comes from; ``None`` when it cannot."""

    def locate(self, headers: Mapping[str, str]) -> Position | None: ...


class Nowhere:
    """Nobody in front of us knows; what a header says was written by the caller."""

    def locate(self, headers: Mapping[str, str]) -> Position | None:  # noqa: ARG002 - the port's shape
        return None


class CloudFront:
    """CloudFront's word, which it writes over whatever the caller sent in these headers.

    Source:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html#cloudfront-headers-viewer-location
    """

    def locate(self, headers: Mapping[str, str]) -> Position | None:
        latitude = _degrees(headers.get("cloudfront-viewer-latitude"), 90)
        longitude = _degrees(headers.get("cloudfront-viewer-longitude"), 180)
        return None if latitude is None or longitude is None else Position(latitude, longitude)


LOCATORS: Final[dict[str, Locator]] = {"none": Nowhere(), "cloudfront": CloudFront()}


def locate(headers: Mapping[str, str]) -> Position | None:
    """Return where a request comes from, by whom the setting ``VIEWER_LOCATION`` trusts; header names in lower case.

    Raises
    ------
    KeyError
        When the setting names nobody that we know.
    """
    return LOCATORS[setting("VIEWER_LOCATION")].locate(headers)


def _degrees(text: str | None, most: int) -> float | None:
    try:
        degrees = float(text or "")
    except ValueError:
        return None
    return round(degrees, DIGITS) if isfinite(degrees) and abs(degrees) <= most else None
