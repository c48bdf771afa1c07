"""The port to search indexes, by OpenSearch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pushcart.search.opensearch.documents import FORMAT, MAPPING, bulk_of
from pushcart.search.opensearch.questions import findings, question
from pushcart.search.opensearch.transport import PASSING, Refused, Reply, ask
from pushcart.search.ports import Entry, Findings, IndexLost, Truth, Wanted
from utils.clock import now
from utils.errors import Unavailable
from utils.settings import setting

IDS_A_PAGE: Final = 1000
A_BULK: Final = 100
"""Products in one request: with the longest descriptions they are some megabytes, and a domain takes ten at least."""
_OK: Final = frozenset({200, 201})
_SETTLED: Final = frozenset({200, 201, 404, 409})
"""Of one product: written, not there to be deleted, or somebody has read the truth later."""
_THERE: Final = "resource_already_exists_exception"


class OpenSearch:
    """:class:`~pushcart.search.ports.SearchIndex` in a domain: one request for a question, two for a revision."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._index = f"/pushcart-{setting('PUSHCART_STAGE')}-products-{FORMAT}"

    def find(self, wanted: Wanted) -> Findings:
        if wanted.is_vain:
            return Findings()
        told = self._search(question(wanted))
        return Findings() if told is None else findings(wanted, told)

    def ids(self, *, category_id: str | None = None, after: str = "") -> list[str]:
        within = {"term": {"category_ids": {"value": category_id}}} if category_id else {"match_all": {}}
        asked = {
            "size": IDS_A_PAGE,
            "_source": False,
            "query": {"bool": {"filter": [within]}},
            "sort": [{"id": "asc"}],
            "search_after": [after],
        }
        told = self._search(asked)
        return [] if told is None else [hit["_id"] for hit in told["hits"]["hits"]]

    def revise(self, product_ids: Sequence[str], truth: Truth) -> None:
        is_new = self._make()
        # Before the truth is read: whoever reads it later has a later version.
        version = int(now().timestamp() * 1000)
        entries = iter(truth(product_ids).items())
        while some := dict(islice(entries, A_BULK)):
            self._write(some, version)
        if is_new:
            raise IndexLost

    def _make(self) -> bool:
        """Make the index, which a domain would make of guesses, and return whether it was not there before."""
        reply = ask(self._endpoint, "PUT", self._index, json.dumps(MAPPING).encode())
        if reply.status in _OK:
            return True
        if _reason(reply) != _THERE:
            raise _refused(reply)
        return False

    def _write(self, entries: Mapping[str, Entry | None], version: int) -> None:
        body = bulk_of(entries, version=version)
        reply = ask(self._endpoint, "POST", f"{self._index}/_bulk", body, content_type="application/x-ndjson")
        if reply.status not in _OK:
            raise _refused(reply)
        statuses = {one["status"] for item in reply.body["items"] for one in item.values()}
        if statuses & PASSING:
            raise Unavailable
        if statuses - _SETTLED:
            raise Refused(f"documents were refused: {sorted(statuses - _SETTLED)}")

    def _search(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        reply = ask(self._endpoint, "POST", f"{self._index}/_search", json.dumps(asked).encode())
        if reply.status == 404:
            return None
        if reply.status not in _OK:
            raise _refused(reply)
        return reply.body


def _reason(reply: Reply) -> str:
    error = reply.body.get("error")
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def _refused(reply: Reply) -> Refused:
    return Refused(f"{reply.status} {_reason(reply)}".strip())
