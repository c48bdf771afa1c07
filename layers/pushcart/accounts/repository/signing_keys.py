"""Reading and writing the generations of the signing key."""

from __future__ import annotations

from pushcart.accounts.models.signing_keys import GENERATION, KEYS, SigningKeyItem
from utils.queries import query


def generations() -> list[SigningKeyItem]:
    """Return all generations that are remembered: a handful, and none before the first rotation looked."""
    return query(SigningKeyItem, KEYS, prefix=GENERATION, consistent=True).items
