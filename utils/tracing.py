"""Traces behind a small port: subsegments to the X-Ray daemon, on sampled requests only.

The X-Ray SDK that Powertools' Tracer uses costs 16 to 73 ms of a cold start and leaves support in February 2027
(docs/adr/0002). Lambda makes the function's segment by itself; what is below it is a JSON document a UDP datagram
(https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html), which needs no SDK.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from utils import clock

HEADER: Final = b'{"format":"json","version":1}\n'


def trace_header() -> str | None:
    """Return the present trace header when the request is sampled, for messages that carry the trace on."""
    header = os.environ.get("_X_AMZN_TRACE_ID", "")
    return header if "Sampled=1" in header else None


@contextmanager
def subsegment(name: str, namespace: str = "aws") -> Iterator[None]:
    """Time a block as a subsegment of the function's segment. Costs one look at the environment when not sampled."""
    header = trace_header()
    if header is None:
        yield
        return
    started, failed = clock.now().timestamp(), True
    try:
        yield
        failed = False
    finally:
        _send(header, name, namespace, started, failed=failed)


def _send(header: str, name: str, namespace: str, started: float, *, failed: bool) -> None:
    fields = dict(part.split("=", 1) for part in header.split(";") if "=" in part)
    document = {
        "type": "subsegment",
        "id": os.urandom(8).hex(),
        "trace_id": fields.get("Root", ""),
        "parent_id": fields.get("Parent", ""),
        "name": name,
        "namespace": namespace,
        "start_time": started,
        "end_time": clock.now().timestamp(),
        "fault": failed,
    }
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000").rpartition(":")
    # A trace that is lost must not make a call fail that was made, perhaps with an effect.
    with suppress(OSError, ValueError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.sendto(HEADER + json.dumps(document).encode(), (host, int(port)))
