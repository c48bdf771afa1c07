"""Who plays Stripe's part: a stand-in that fails as it is told, and localstripe, each a real HTTP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pushcart.payments.stripe_provider import transport
from Test_py.support import localstripe, stripe_stand_in, stripes
from Test_py.support.localstripe import LocalStripe
from Test_py.support.stripe_stand_in import StandIn


@pytest.fixture
def stripe(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    for name in ("LOOK_SECONDS", "MOVE_SECONDS"):
        monkeypatch.setattr(transport, name, 0.3)
    with stripe_stand_in.running() as stand_in:
        stripes.take_stripe(monkeypatch, stand_in.url)
        yield stand_in
        stripes.forget()


@pytest.fixture(scope="session")
def localstripe_server() -> Iterator[LocalStripe]:
    with localstripe.running() as server:
        yield server


@pytest.fixture
def local(localstripe_server: LocalStripe, aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStripe]:
    localstripe_server.flush()
    stripes.take_stripe(monkeypatch, localstripe_server.url)
    yield localstripe_server
    stripes.forget()
