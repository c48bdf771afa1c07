"""Which index the search asks: that of our own, or OpenSearch where a setting names its endpoint.

Each is imported when it is first asked, so that no other function, and no search by the other, loads it.
"""

from __future__ import annotations

import os
from typing import Final

from pushcart.search.ports import SearchIndex

ENDPOINT: Final = "SEARCH_ENDPOINT"


def index() -> SearchIndex:
    """Return the index of this shop."""
    if endpoint := os.environ.get(ENDPOINT):
        from pushcart.search.opensearch.adapter import OpenSearch

        return OpenSearch(endpoint)
    from pushcart.search.embedded.adapter import Embedded

    return Embedded()
