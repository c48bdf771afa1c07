"""What lies in a domain: its mapping, and an entry as a document of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pushcart.search.ports import Entry

FORMAT: Final = 1
"""Of documents: code that writes others does so into an index of its own."""

_WORDS: Final = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
_EXACT: Final = {"type": "keyword"}
MAPPING: Final[dict[str, Any]] = {
    "settings": {"index": {"number_of_shards": 1}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            **dict.fromkeys(("name", "labels", "text"), _WORDS),
            **dict.fromkeys(("id", "category_ids", "tags", "attributes", "availability", "created_at"), _EXACT),
            **{name: {"type": "object", "dynamic": True} for name in ("lowest", "highest")},
            "shown": {"type": "object", "enabled": False},
        },
    },
}
"""Words come folded, so that nothing but spaces parts them. ``lowest.EUR`` and its like come with the currencies."""


def document_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as a document. A pair of name and value is one text: no name has a colon in it."""
    return {
        "id": entry.id,
        "name": " ".join(entry.name),
        "labels": " ".join(entry.labels),
        "text": " ".join(entry.text),
        "category_ids": list(entry.category_ids),
        "tags": list(entry.tags),
        "attributes": [f"{name}:{value}" for name, value in entry.attributes],
        "lowest": {currency: lowest for currency, (lowest, _) in entry.prices.items()},
        "highest": {currency: highest for currency, (_, highest) in entry.prices.items()},
        "availability": entry.availability,
        "created_at": entry.created_at,
        "shown": entry.shown,
    }


def bulk_of(entries: Mapping[str, Entry | None], *, version: int) -> bytes:
    """Return the lines of a ``_bulk`` request (https://docs.opensearch.org/latest/api-reference/document-apis/bulk/).

    Parameters
    ----------
    version
        When the truth was read. The domain keeps what was read later, whichever comes last.
    """
    lines = []
    for product_id, entry in entries.items():
        about = {"_id": product_id, "version": version, "version_type": "external_gte"}
        lines.append({"delete" if entry is None else "index": about})
        if entry is not None:
            lines.append(document_of(entry))
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()
