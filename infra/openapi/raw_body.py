"""What a route outside the envelope takes or answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RawBody:
    """A media type, its schema and an example of it."""

    media_type: str
    schema: dict[str, Any]
    example: Any
