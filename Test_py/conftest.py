"""What every test stands on: an environment without secrets, no network, and a shop in moto for who asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from Test_py.support import environment, network

# Before anything of ours is imported: modules read the environment, and clients must be made behind moto.
network.forbid()
VARIABLES = environment.prepare()
environment.snapshot()

import pytest  # noqa: E402
import time_machine  # noqa: E402
from xdist.remote import Producer  # noqa: E402

from infra.local.gateway import Gateway  # noqa: E402
from infra.local.lambda_context import invoke  # noqa: E402
from infra.local.pumps import Pumps  # noqa: E402
from infra.local.recorder import unrecorded  # noqa: E402
from infra.local.sources import Delivery  # noqa: E402
from pushcart.search.embedded import copies  # noqa: E402
from Test_py.gate import recorder  # noqa: E402
from Test_py.gate.run import INTEGRATION, TOP  # noqa: E402
from Test_py.gate.scheduling import Groups  # noqa: E402
from Test_py.support import hashing  # noqa: E402
from Test_py.support.client import Api  # noqa: E402
from Test_py.support.clock import Clock  # noqa: E402
from Test_py.support.outbox import only  # noqa: E402
from utils import circuit  # noqa: E402
from utils.clock import now  # noqa: E402
from utils.declarations import Authorizer, Loaded  # noqa: E402
from utils.discovery import discover  # noqa: E402

REAL_HASHES = hashing.make_cheap()
IN_PROCESS = tuple(
    f"Test_py/test_integration/{folder}/" for folder in ("access", "concurrency", "policies", "reliability")
)
"""Folders whose tests go thousands of times over what the unit part has covered."""


def pytest_configure(config: pytest.Config) -> None:
    recorder.register(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in an integration folder, and trace nothing that goes over the same lines for minutes."""
    for item in items:
        place = item.path.relative_to(TOP).as_posix()
        if place.startswith(INTEGRATION):
            item.add_marker("integration")
        if place.startswith(IN_PROCESS):
            # Tracing them doubles their time.
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups | None:
    """Hand out groups where groups are asked for (``--dist=loadgroup``)."""
    return Groups(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the figures of production, for tests that are about them."""
    from pushcart.accounts import passwords

    for name, value in REAL_HASHES.items():
        monkeypatch.setattr(passwords, name, value)
    monkeypatch.setattr(passwords, "_hashers", [])


def call_apart(loaded: Loaded, event: dict[str, Any]) -> Any:
    """Call a function. The authorizer's calls to AWS are its own: a test that counts a route's does not count them."""
    if not isinstance(loaded.declaration, Authorizer):
        return invoke(loaded, event)
    with unrecorded():
        return invoke(loaded, event)


@dataclass(slots=True)
class Shop:
    """A whole shop in this process, empty when the test begins."""

    functions: list[Loaded]
    gateway: Gateway
    pumps: Pumps

    def settle_payments(self) -> None:
        """Work off what is due to be paid. What follows from it (mail, invoices, reports, the search's index) stays in
        its queues for :attr:`pumps`, or for nobody: it takes twice as long as the payment itself."""
        due = only(self.functions, "relay_events", "on_payment_command")
        Pumps(due, deliver=invoke, checkpoints=self.pumps.checkpoints).drain()

    def connect(self, call: Callable[..., object]) -> Shop:
        """Return the same shop, with ``call`` between the gateway or the pumps and the functions."""
        return Shop(self.functions, Gateway(self.functions, call=call), Pumps(self.functions, deliver=call))


@pytest.fixture(autouse=True)
def environment_variables() -> Iterator[None]:
    """Give every test the same variables, closed circuits and no copy of the search's index; take back what it set."""
    circuit.close_all()
    copies.copy.forget()
    before = dict(os.environ)
    os.environ.update(VARIABLES)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def functions() -> list[Loaded]:
    """Every declared function, imported once."""
    return discover()


@pytest.fixture
def aws(environment_variables: None) -> None:
    """Empty tables and queues in moto, as provisioned."""
    environment.restore()


@pytest.fixture
def cloud(aws: None, functions: list[Loaded]) -> Shop:
    """An empty shop: the gateway, the pumps and all functions over fresh tables and queues."""
    return Shop(functions, Gateway(functions, call=call_apart), Pumps(functions, deliver=invoke))


@pytest.fixture
def api(cloud: Shop) -> Api:
    """A client of the shop's gateway."""
    return Api(cloud.gateway)


@pytest.fixture
def drain(cloud: Shop) -> Callable[[], list[Delivery]]:
    """Work off streams and queues until they are idle; returns what was delivered."""
    return cloud.pumps.drain


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that ticks from now on and can be moved."""
    with time_machine.travel(now(), tick=True) as traveller:
        yield Clock(traveller)
