"""What something is called in addresses, made of its title."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_SLUG: Final = 100


def slug_of(title: str, item_id: str) -> str:
    """Return the title in the letters that a slug may have, or the id where it has none of them (other scripts).

    Example
    -------
    >>> slug_of("Café crème", "prd_01J9")
    'cafe-creme'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].rstrip("-") or item_id.lower().replace("_", "-")
