"""Signing in through a real OpenID provider at a shop that ``make serve`` runs, with nothing in between but HTTP."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator

import pytest

from Test_py.support.oidc_provider import Browser, RealProvider, running
from Test_py.test_integration.local.test_serve import ROOT, Process

CALLBACK = "/api/v1/auth/oidc/real/callback"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served() -> Iterator[tuple[Process, RealProvider]]:
    """A shop and a provider that know each other, as a developer would set them up by environment variables."""
    port = free_port()
    with running(f"http://127.0.0.1:{port}{CALLBACK}") as real:
        settings = {"OIDC_PROVIDERS": real.settings, "OIDC_CLIENTS": real.secrets}
        process = Process(ROOT, "--port", str(port), **settings)
        try:
            yield process.ready(), real
        finally:
            process.signal(signal.SIGKILL)
            process.end()


def test_a_browser_signs_in_and_calls_with_its_tokens(served: tuple[Process, RealProvider]) -> None:
    process, real = served
    browser = Browser("ada")
    back = browser.go(f"{process.url}/api/v1/auth/oidc/real/start", until=process.url)
    status, _, page = browser.open(back)
    assert status == 200, page
    told = json.loads(page)
    renewed = process.get("/api/v1/auth/refresh", {"refresh_token": told["refresh_token"]})
    assert renewed[0] == 200
    assert browser.open(back)[0] == 400, "what the browser came back with is used up"
    assert real.issuer not in page
