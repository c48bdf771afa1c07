"""The JWK set that anybody may verify our access tokens with (RFC 7517)."""

from __future__ import annotations

import json
from typing import Final

from pushcart.accounts import key_ring
from utils.envelope import Answer

CACHE_SECONDS: Final = 300
"""Half of the ten minutes that a new key is published before it signs, so that no cache misses it."""

MEDIA_TYPE: Final = "application/jwk-set+json"


def published() -> Answer:
    """Return the set, as it goes over the wire."""
    body = json.dumps({"keys": [key.jwk for key in key_ring.RING.published()]}, separators=(",", ":"))
    headers = {"content-type": MEDIA_TYPE, "cache-control": f"public, max-age={CACHE_SECONDS}"}
    return Answer(200, body, headers)
