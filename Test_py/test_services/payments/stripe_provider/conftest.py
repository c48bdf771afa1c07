"""A shop that takes Stripe, with the stand-in in Stripe's part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from Test_py.support import stripe_stand_in, stripes
from Test_py.support.stripe_stand_in import StandIn


@pytest.fixture
def stripe(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with stripe_stand_in.running() as stand_in:
        stripes.take_stripe(monkeypatch, stand_in.url)
        yield stand_in
        stripes.forget()
