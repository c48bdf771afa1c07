"""Opaque cursors: where a page ended, tied to the caller and the query, and tamper-proof.

A cursor is DynamoDB's LastEvaluatedKey with a code over it, the caller, the route and the filters, so that it can
neither be edited nor carried to another list (security.md, cursor tampering). Keys hold ids and times, nothing
personal.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from typing import Any, NamedTuple

from utils import sealing
from utils.base64url import b64url
from utils.errors import InvalidCursor

PURPOSE = "cursor"


class CursorScope(NamedTuple):
    """What a cursor is good for: one caller, one route, one set of filters and one order."""

    principal: str
    route: str
    filters: str

    def seal(self, last_key: dict[str, Any] | None) -> str | None:
        """Return the cursor that goes on after ``last_key``, ``None`` on the last page."""
        if not last_key:
            return None
        payload = json.dumps(last_key, separators=(",", ":"), sort_keys=True).encode()
        code = sealing.mac(PURPOSE, self.principal, self.route, self.filters, payload)
        return f"{b64url(payload)}.{code}"

    def open(self, cursor: str | None) -> dict[str, Any] | None:
        """Return the key that ``cursor`` stands for.

        Raises
        ------
        InvalidCursor
            When it was edited, or made for another caller or query.
        """
        if cursor is None:
            return None
        encoded, _, code = cursor.partition(".")
        try:
            payload = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (NotBase64, ValueError):
            raise _invalid() from None
        canonical = b64url(payload) == encoded
        if not canonical or not sealing.verify(code, PURPOSE, self.principal, self.route, self.filters, payload):
            raise _invalid()
        key: dict[str, Any] = json.loads(payload)
        return key


def _invalid() -> InvalidCursor:
    return InvalidCursor("The cursor does not belong to this list. Start again without it.", field="cursor")
