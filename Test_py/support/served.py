"""``make serve`` in a process of its own, as a person starts it, and its console."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from infra.packaging.paths import ROOT

JSON: Final = {"accept": "application/json", "content-type": "application/json"}
READY_WITHIN_SECONDS: Final = 60


def free_url() -> str:
    """Return an address of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@dataclass(frozen=True, slots=True)
class Served:
    """A shop that runs at an address."""

    url: str

    def console(self, page: str, body: Any = None) -> Any:
        """Return what a page of the console tells programs, or does with ``body``."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_console/{page}", data=content, headers=JSON)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def mails(self) -> list[str]:
        """Return every mail so far as text, the latest last."""
        return [json.dumps(mail) for mail in reversed(self.console("mail"))]

    def let_pass(self, seconds: float) -> None:
        self.console("clock", {"advance_seconds": seconds})

    def settle(self, charge_key: str, outcome: str = "captured") -> None:
        """Play the bank."""
        self.console("payments", {"key": charge_key, "outcome": outcome})


@contextmanager
def serving(url: str, **variables: str) -> Iterator[Served]:
    """Start the shop with its demo data and these variables, and end it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TABLE_", "QUEUE_"))}
    for name in ("TOKEN_ISSUER", "STOREFRONT_URL", "PUSHCART_STAGE", "OIDC_PROVIDERS", "PAYMENT_PROVIDERS"):
        inherited.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.serve", "--port", url.rpartition(":")[2]],
        cwd=ROOT,
        env=inherited | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _await_ready(url, process)
        yield Served(url)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _await_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[1]
        try:
            with urllib.request.urlopen(f"{url}/api/v1/health/ready", timeout=5):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the shop is not ready")
