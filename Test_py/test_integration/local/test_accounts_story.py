"""An account's whole life over HTTP, on ``make serve`` in a process of its own, with a real identity provider."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from infra.packaging.paths import ROOT
from Test_py.support.oidc_provider import CLIENT_ID, RealProvider, running
from Test_py.support.story import Story, tell

JSON = {"accept": "application/json", "content-type": "application/json"}
READY_WITHIN_SECONDS = 60


@pytest.fixture
def url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def provider(url: str) -> Iterator[RealProvider]:
    with running(f"{url}/api/v1/auth/oidc/real/callback") as found:
        yield found


@pytest.fixture
def shop(url: str, provider: RealProvider) -> Iterator[str]:
    """The shop with its demo data, as a person starts it."""
    settings = [{"name": provider.name, "issuer": provider.issuer, "client_id": CLIENT_ID}]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TABLE_", "QUEUE_"))}
    environment = inherited | {"OIDC_PROVIDERS": json.dumps(settings), "OIDC_CLIENTS": provider.secrets}
    for name in ("TOKEN_ISSUER", "STOREFRONT_URL", "PUSHCART_STAGE"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "infra.local.serve", "--port", url.rpartition(":")[2]]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        _await_ready(url, process)
        yield url
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


def test_an_account_lives_through_it_all(shop: str, provider: RealProvider) -> None:
    def console(path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"{shop}/_console/{path}", data=body, headers=JSON)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return bytes(answer.read())

    def mails() -> list[str]:
        return [json.dumps(mail) for mail in reversed(json.loads(console("mail")))]

    def let_pass(seconds: float) -> None:
        console("clock", json.dumps({"advance_seconds": seconds}).encode())

    story = Story(shop, mails, let_pass=let_pass, moves_clock=True)
    chapters = tell(story, provider=provider, issuer=shop, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9
