"""One world for all tests of access: made once, put back before each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from Test_py.support import environment, world
from Test_py.support.world import World
from utils.clock import now
from utils.declarations import Loaded


@pytest.fixture(scope="package")
def made(functions: list[Loaded]) -> Iterator[World]:
    yield world.build(functions)
    environment.restore()


@pytest.fixture(scope="package")
def moment(made: World) -> datetime:
    """When the world was made."""
    return now()


@pytest.fixture
def shop(environment_variables: None, made: World, moment: datetime) -> Iterator[World]:
    """The world as it stood when it was made, at that moment: its people's tokens live for ten minutes."""
    made.restore()
    with time_machine.travel(moment, tick=True):
        yield made
