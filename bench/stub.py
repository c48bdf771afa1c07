"""AWS as a constant: one process that answers DynamoDB and Secrets Manager from items that never change.

Reads are looked up in what the seed dumped, writes are taken and forgotten, so that each request costs the same and
the same key can be used again. It counts operations by caller, so that the contestants' work can be compared.
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

Items = dict[str, dict[str, list[dict[str, Any]]]]
"""Table, partition key, items in the order of their sort keys."""

COUNTS_PATH = b"GET /counts "


class Store:
    """The seeded items, and the answers that follow from them."""

    def __init__(self, items: Items, secret: str) -> None:
        self._items = items
        self._secret = secret

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "GetItem":
                found = self._find(request["TableName"], request["Key"])
                return {"Item": found} if found else {}
            case "BatchGetItem":
                return {"Responses": self._batch(request["RequestItems"]), "UnprocessedKeys": {}}
            case "Query":
                items = self._query(request)
                return {"Items": items, "Count": len(items), "ScannedCount": len(items)}
            case "GetSecretValue":
                return {"ARN": "arn", "Name": request["SecretId"], "VersionId": "1", "SecretString": self._secret}
            case "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems":
                return {}
        raise LookupError(f"the stub does not know {operation}")

    def _find(self, table: str, key: dict[str, Any]) -> dict[str, Any] | None:
        partition = self._items.get(table, {}).get(key["pk"]["S"], [])
        return next((item for item in partition if item["sk"] == key["sk"]), None)

    def _batch(self, wanted: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        return {
            table: [item for key in request["Keys"] if (item := self._find(table, key))]
            for table, request in wanted.items()
        }

    def _query(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        values = [value["S"] for value in request["ExpressionAttributeValues"].values()]
        partitions = self._items.get(request["TableName"], {})
        partition = next(value for value in values if value in partitions)
        prefix = next((value for value in values if value != partition), "")
        return [item for item in partitions[partition] if item["sk"]["S"].startswith(prefix)]


class Connection(asyncio.Protocol):
    """One keep-alive connection, HTTP/1.1, no pipelining."""

    def __init__(self, store: Store, counts: Counter[str]) -> None:
        self._store, self._counts = store, counts
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type: this is TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lines = head.decode("latin-1").split("\r\n")[1:]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        if head.startswith(COUNTS_PATH):
            self._send(json.dumps(self._counts).encode())
            self._counts.clear()
            return
        operation = headers["x-amz-target"].rpartition(".")[2]
        self._counts[operation] += 1
        self._send(json.dumps(self._store.answer(operation, json.loads(rest[:length]))).encode())

    def _send(self, body: bytes) -> None:
        assert self._transport is not None  # noqa: S101 - narrows the type: data came over it
        head = (
            "HTTP/1.1 200 OK\r\nserver: Server\r\nconnection: keep-alive\r\n"
            "content-type: application/x-amz-json-1.0\r\n"
            f"x-amzn-requestid: 0123456789ABCDEFGHJKMNPQRS\r\nx-amz-crc32: {zlib.crc32(body)}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)


async def serve(seed: Path) -> None:
    """Serve on a free port of the loopback, which the first line of the output names."""
    content = json.loads(seed.read_text())
    store, counts = Store(content["items"], content["secret"]), Counter[str]()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(store, counts), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
