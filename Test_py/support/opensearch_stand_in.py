"""A stand-in for an OpenSearch domain: enough of its API for one index, and troubles on demand.

It knows nothing of the adapter: what a clause means is from OpenSearch's pages, and a field or clause that it does not
know is refused as a domain would. A request whose signature is missing or wrong gets a 403.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from utils import aws

Document = dict[str, Any]
TEXTS: Final = ("name", "labels", "text")


class Refusal(Exception):
    """A status and the kind of error that stands in the body."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(kind)
        self.status, self.kind = status, kind


@dataclass
class Domain:
    """What the domain holds, what it was asked, and what goes wrong next: a status, ``"garbage"`` or ``"hang up"``."""

    url: str = ""
    mapping: Document | None = None
    documents: dict[str, Document] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[int | str] = field(default_factory=list)
    item_status: int | None = None

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Document]:
        action = path.rsplit("/", 1)[-1]
        if method == "PUT":
            return self._make(json.loads(body))
        if action == "_bulk":
            return 200, self._bulk([json.loads(line) for line in body.decode().splitlines()])
        if action == "_search":
            if self.mapping is None:
                raise Refusal(404, "index_not_found_exception")
            return 200, search(self.documents, json.loads(body))
        raise Refusal(400, "illegal_argument_exception")

    def _make(self, mapping: Document) -> tuple[int, Document]:
        if self.mapping is not None:
            raise Refusal(400, "resource_already_exists_exception")
        self.mapping = mapping
        return 200, {"acknowledged": True}

    def _bulk(self, lines: list[Document]) -> Document:
        items, rest = [], iter(lines)
        for line in rest:
            ((action, about),) = line.items()
            document = next(rest) if action == "index" else None
            items.append({action: {"_id": about["_id"], "status": self._written(about, document)}})
        return {"items": items, "errors": any(one["status"] > 299 for item in items for one in item.values())}

    def _written(self, about: Document, document: Document | None) -> int:
        assert about["version_type"] == "external_gte"
        if self.item_status:
            return self.item_status
        product_id = about["_id"]
        if about["version"] < self.versions.get(product_id, 0):
            return 409
        self.versions[product_id] = about["version"]
        if document is None:
            return 200 if self.documents.pop(product_id, None) else 404
        assert self.mapping is not None
        if set(document) - set(self.mapping["mappings"]["properties"]):
            return 400
        self.documents[product_id] = document
        return 201


def search(documents: dict[str, Document], asked: Document) -> Document:
    """Answer a ``_search``."""
    scored = ((score_of(document, asked["query"]), document) for document in documents.values())
    found = [(score, document) for score, document in scored if score is not None]
    rows = [(_sort_values(asked["sort"], score, document), document) for score, document in found]
    for number, clause in reversed(list(enumerate(asked["sort"]))):
        rows.sort(key=lambda row, number=number: row[0][number], reverse=_order(clause) == "desc")  # type: ignore[misc]
    after = asked.get("search_after")
    rows = [row for row in rows if after is None or _is_beyond(row[0], after, asked["sort"])]
    hits = [
        {"_id": document["id"], "sort": values}
        | ({"_source": {"shown": document["shown"]}} if asked["_source"] else {})
        for values, document in rows[: asked["size"]]
    ]
    counts = {name: _aggregate([one for _, one in found], clause) for name, clause in asked.get("aggs", {}).items()}
    return {"hits": {"total": {"value": len(found)}, "hits": hits}, "aggregations": counts}


def score_of(document: Document, clause: Document) -> float | None:
    """Return the score of a document by a clause; ``None`` when it does not match."""
    ((kind, said),) = clause.items()
    if kind == "bool":
        return _score_of_bool(document, said)
    if kind == "constant_score":
        return None if score_of(document, said["filter"]) is None else float(said["boost"])
    if kind == "match_all":
        return 1.0
    if kind == "exists":
        return 1.0 if _values(document, said["field"]) else None
    ((name, wanted),) = said.items()
    values = _values(document, name)
    tests = {
        "term": lambda: wanted["value"] in values,
        "terms": lambda: bool(set(wanted) & set(values)),
        "prefix": lambda: any(value.startswith(wanted["value"]) for value in values),
        "range": lambda: any(wanted.get("gte", value) <= value <= wanted.get("lte", value) for value in values),
    }
    if kind not in tests:
        raise Refusal(400, "parsing_exception")
    return 1.0 if tests[kind]() else None


def _score_of_bool(document: Document, said: Document) -> float | None:
    if any(score_of(document, one) is None for one in said.get("filter", ())):
        return None
    must = [score_of(document, one) for one in said.get("must", ())]
    should = [score for one in said.get("should", ()) if (score := score_of(document, one)) is not None]
    if None in must or len(should) < said.get("minimum_should_match", 0):
        return None
    return sum(score for score in must if score is not None) + sum(should)


def _values(document: Document, name: str) -> list[Any]:
    value: Any = document
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if name in TEXTS:
        return str(value).split()
    return value if isinstance(value, list) else [] if value is None else [value]


def _order(clause: Document) -> str:
    (said,) = clause.values()
    return str(said if isinstance(said, str) else said["order"])


def _sort_values(clauses: list[Document], score: float, document: Document) -> list[Any]:
    names = [next(iter(clause)) for clause in clauses]
    return [score if name == "_score" else _values(document, name)[0] for name in names]


def _is_beyond(values: list[Any], after: list[Any], clauses: list[Document]) -> bool:
    for value, last, clause in zip(values, after, clauses, strict=True):
        if value != last:
            return bool(value < last) == (_order(clause) == "desc")
    return False


def _aggregate(documents: list[Document], clause: Document) -> Document:
    ((kind, said),) = clause.items()
    values = [value for document in documents for value in _values(document, said["field"])]
    if kind in ("min", "max"):
        return {"value": float({"min": min, "max": max}[kind](values)) if values else None}
    counted = sorted(Counter(values).items(), key=lambda one: (-one[1], one[0]))
    return {"buckets": [{"key": key, "doc_count": count} for key, count in counted[: said["size"]]]}


def is_signed(method: str, url: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether a request bears the signature that this process's credentials make, by botocore's own reckoning."""
    kind, _, rest = headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    scope = parts.get("Credential", "").split("/")
    if kind != "AWS4-HMAC-SHA256" or scope[3:] != ["es", "aws4_request"]:
        return False
    signed = {name: headers[name] for name in parts["SignedHeaders"].split(";")}
    request = AWSRequest(method=method, url=url, data=body, headers=signed)
    request.context["timestamp"] = headers["x-amz-date"]
    session: Any = aws.session()
    auth = SigV4Auth(session.get_credentials(), "es", scope[2])
    told = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return {"host", "x-amz-date"} <= set(signed) and told == parts["Signature"]


@contextmanager
def running() -> Iterator[Domain]:
    """Serve an empty domain on this machine."""
    domain = Domain()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(domain))
    domain.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield domain
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(domain: Domain) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            domain.asked.append((self.command, self.path))
            trouble = domain.troubles.pop(0) if domain.troubles else None
            if trouble == "hang up":
                self.close_connection = True
                return
            if trouble == "garbage":
                self._send(200, b"<html>")
            elif isinstance(trouble, int):
                self._send(trouble, b'{"error": {"type": "trouble"}}')
            elif not is_signed(self.command, f"{domain.url}{self.path}", headers, body):
                self._send(403, b'{"message": "The request signature does not match."}')
            else:
                try:
                    status, told = domain.answer(self.command, self.path, body)
                except Refusal as refusal:
                    status, told = refusal.status, {"error": {"type": refusal.kind}, "status": refusal.status}
                self._send(status, json.dumps(told).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
